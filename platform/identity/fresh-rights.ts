import type { Directory } from '../../core/identity/directory.ts';
import { directoryOf, type RoleMapping } from '../../core/identity/role-mapping.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Log } from '../log.ts';
import type { DueReading, FreshRights, IdentityStore, Membership, RightsRead } from '../stores.ts';
import { DirectoryAwayError } from './graph.ts';

/** One directory, asked about one person. */
export interface DirectorySource {
  /** @throws DirectoryAwayError rather than say "in no group" */
  read(
    tenant: TenantId,
    accounts: DueReading['accounts'],
    mappings: readonly RoleMapping[],
  ): Promise<Pick<Membership, 'groups' | 'standing' | 'readAtMs'>>;
}

/** Rights count what was read within a minute (`PERSON_COLUMNS`); read anew from half of that on, so that none ends midway. */
export const READ_ANEW_MS = 30_000;
/** Whom nobody waits for is read once an hour, and so many at a time. */
const PLANS_ANEW_MS = 3_600_000;
const AT_ONCE = 50;

interface Edges {
  readonly store: IdentityStore;
  readonly sources: Readonly<Partial<Record<Directory, DirectorySource>>>;
  readonly log: Log;
  readonly now?: () => number;
}

/** Ten clicks of one person at once ask once. */
function shared(ask: (tenant: TenantId, reading: DueReading) => Promise<void>): typeof ask {
  const underway = new Map<string, Promise<void>>();
  return (tenant, reading) => {
    const key = `${tenant} ${reading.directory} ${reading.person}`;
    const before = underway.get(key);
    if (before) return before;
    const asked = ask(tenant, reading).finally(() => underway.delete(key));
    underway.set(key, asked);
    return asked;
  };
}

export function createFreshRights(edges: Edges): FreshRights {
  const { store, sources, log, now = Date.now } = edges;
  const awayUntil = new Map<string, number>();

  async function ask(tenant: TenantId, { person, directory, accounts }: DueReading): Promise<void> {
    const source = sources[directory];
    if (source === undefined) throw new DirectoryAwayError('this installation has no way to that directory');
    const place = `${tenant} ${directory}`;
    if ((awayUntil.get(place) ?? 0) > now())
      throw new DirectoryAwayError('it did not answer a moment ago', { leaveAloneMs: 0 });
    try {
      const mappings = (await store.mappings(tenant)).filter((one) => directoryOf(one.source) === directory);
      await store.remember(tenant, { person, directory, ...(await source.read(tenant, accounts, mappings)) });
    } catch (error) {
      if (error instanceof DirectoryAwayError) awayUntil.set(place, now() + error.leaveAloneMs);
      throw error;
    }
  }

  const once = shared(ask);

  async function readAll(tenant: TenantId, due: readonly DueReading[]): Promise<readonly DueReading[]> {
    const failed = await Promise.all(
      due.map((reading) =>
        once(tenant, reading).then(
          () => null,
          (error: unknown) => {
            const { message } = error as Error;
            log.warn({ tenant, directory: reading.directory, why: message }, 'a directory could not be read');
            return reading;
          },
        ),
      ),
    );
    return failed.filter((reading) => reading !== null);
  }

  /** `gave`: only those count as away from which something is missing that they gave. */
  async function read(
    tenant: TenantId,
    finding: Promise<readonly DueReading[]>,
    which: 'any' | 'gave',
  ): Promise<RightsRead> {
    const due = await finding;
    const failed = await readAll(tenant, due);
    const told = failed.filter(({ gave }) => which === 'any' || gave === true);
    return { anew: due.length > failed.length, away: [...new Set(told.map(({ directory }) => directory))] };
  }

  return {
    ofPeople: (tenant, people) => read(tenant, store.due(tenant, people, READ_ANEW_MS), 'gave'),
    ofAccount: (tenant, account) => read(tenant, store.dueOfAccount(tenant, account, READ_ANEW_MS), 'any'),
    ofPerson: (tenant, person) => read(tenant, store.due(tenant, [person], READ_ANEW_MS), 'any'),
    ofApproval: (tenant, approval) =>
      read(tenant, store.dueOfApproval(tenant, approval, READ_ANEW_MS), 'gave'),
    ofEverybody: (tenant) => read(tenant, store.dueOfAll(tenant, PLANS_ANEW_MS, AT_ONCE), 'any'),
  };
}
