import type { TenantId } from '../../core/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { RegistrationStore } from '../../platform/stores.ts';
import { configOf, type Elsewhere, type ParsedConfig } from './config.ts';
import type { Registration } from './registration.ts';

/** How long a row is taken for what is in force; another process may change it. */
const FRESH_MS = 10_000;
/** How long the list of apps is: whoever sends forged audiences costs one small query in this time, not one each. */
const APPS_FRESH_MS = 5_000;

export interface Registrations {
  /** Whose audience that is; null: nobody's here. @throws when that cannot be known now */
  heard(audience: string): Promise<Registration | null>;
  /** By which a company is written to in one of its Entra tenants: its own before the deployment's; null: none. */
  writing(tenant: TenantId, directory: string): Promise<Registration | null>;
  settled(): Promise<void>;
}

export interface RegistrationsDeps {
  /** Of the environment; null: there is none. */
  readonly own: ParsedConfig | null;
  /** Rows of companies; null: none are looked at. */
  readonly rows: { readonly store: RegistrationStore; readonly elsewhere: Elsewhere } | null;
  readonly open: (config: ParsedConfig) => Promise<Registration>;
  readonly log: Log;
  readonly now?: () => number;
}

/**
 * Asks at most once in a while for each key, and once at a time; while the store is away, what was known goes on, so that
 * people are still told that it is away.
 */
function remembering<T>(freshMs: number, now: () => number) {
  const known = new Map<string, { untilMs: number; value: T }>();
  const asking = new Map<string, Promise<T>>();
  return (key: string, ask: () => Promise<T>): Promise<T> => {
    const kept = known.get(key);
    if (kept !== undefined && kept.untilMs > now()) return Promise.resolve(kept.value);
    const under = asking.get(key);
    if (under !== undefined) return under;
    const asked = ask()
      .then((value) => {
        known.set(key, { untilMs: now() + freshMs, value });
        return value;
      })
      .catch((error: unknown) => (kept === undefined ? Promise.reject(error as Error) : kept.value))
      .finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  };
}

/** The company of each app; one that two companies have is nobody's. */
async function companiesOf(store: RegistrationStore): Promise<ReadonlyMap<string, TenantId | null>> {
  const companies = new Map<string, TenantId | null>();
  for (const { tenant, app } of await store.apps()) companies.set(app, companies.has(app) ? null : tenant);
  return companies;
}

/** Opened rows; one whose row changed (another secret, say) is opened anew, and what the old one began ends by itself. */
function openRows({ rows, open, log, now = Date.now }: RegistrationsDeps) {
  const opened = new Map<string, { stamp: string; registration: Registration }>();
  const rowOf = remembering<Registration | null>(FRESH_MS, now);
  const everyOne = new Set<Registration>();
  const of = (tenant: TenantId, app: string): Promise<Registration | null> =>
    rowOf(`${tenant} ${app}`, async () => {
      if (rows === null) return null;
      const row = await rows.store.get(tenant, app);
      if (row === null) return null;
      const stamp = JSON.stringify([row.directories, row.cloud, row.secretAtMs]);
      const held = opened.get(`${tenant} ${app}`);
      if (held?.stamp === stamp) return held.registration;
      log.info({ tenant, app }, 'a Teams registration of a company was opened');
      const registration = await open(configOf(row, rows.elsewhere));
      opened.set(`${tenant} ${app}`, { stamp, registration });
      everyOne.add(registration);
      return registration;
    });
  return { of, settled: () => Promise.all([...everyOne].map((one) => one.settled())) };
}

/** The registration of the environment, and those that companies brought. */
export function createRegistrations(deps: RegistrationsDeps): Registrations {
  const { own: config, rows, open, now = Date.now } = deps;
  const own = config === null ? null : open(config);
  // Awaited by whoever needs it; a failure nobody waits for would end the process.
  own?.catch(() => undefined);
  const companies = remembering<ReadonlyMap<string, TenantId | null>>(APPS_FRESH_MS, now);
  const appOf = remembering<string | null>(FRESH_MS, now);
  const each = openRows(deps);
  return {
    async heard(audience) {
      const isOwn = config?.clientId === audience;
      if (rows === null) return isOwn ? own : null;
      const whose = await companies('', () => companiesOf(rows.store)).catch((error: unknown) => {
        // Nothing is decided while the store is away: the deployment's own may still say so.
        if (isOwn) return new Map<string, TenantId | null>();
        throw error;
      });
      const company = whose.get(audience);
      if (company) return each.of(company, audience);
      return company === undefined && isOwn ? own : null;
    },
    async writing(tenant, directory) {
      const app =
        rows === null
          ? null
          : await appOf(`${tenant} ${directory}`, () => rows.store.appOf(tenant, directory));
      if (app !== null) return each.of(tenant, app);
      return config?.directories.includes(directory) ? own : null;
    },
    async settled() {
      await (await own?.catch(() => null))?.settled();
      await each.settled();
    },
  };
}
