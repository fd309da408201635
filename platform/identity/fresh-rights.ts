import { directoryOf, type Directory, type RoleMapping } from '../../core/identity/role-mapping.ts';
import type { ApprovalId, PersonId, TenantId } from '../../core/ids.ts';
import type { Log } from '../log.ts';
import type { ChatAccount, DueReading, IdentityStore, Membership } from '../stores.ts';
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

/** What a person's directories say, read when their rights are used. Answers with those that did not answer. */
export interface FreshRights {
  ofAccount(tenant: TenantId, account: ChatAccount): Promise<readonly Directory[]>;
  /** Everybody whose rights an approval rests on: earlier signers are judged again with each click. */
  ofApproval(tenant: TenantId, approval: ApprovalId): Promise<readonly Directory[]>;
  ofPeople(tenant: TenantId, people: readonly PersonId[]): Promise<readonly Directory[]>;
  /** Some of those who were not read for a while, so that whom a group makes an approver is asked before they ever write to us. */
  ofEverybody(tenant: TenantId): Promise<readonly Directory[]>;
}

/** Rights count what was read within a minute (`PERSON_COLUMNS`); read anew from half of that on, so that none ends midway. */
export const READ_ANEW_MS = 30_000;
/** Whom nobody waits for is read once an hour, and so many at a time. */
const PLANS_ANEW_MS = 3_600_000;
const AT_ONCE = 50;
/** A directory that did not answer is left alone for that long: every click would wait for it. */
const LEFT_ALONE_MS = 5_000;
/** So long it is believed that a tenant has no mapping, or which. */
const MAPPINGS_MS = 2_000;

interface Edges {
  readonly store: IdentityStore;
  readonly sources: Readonly<Partial<Record<Directory, DirectorySource>>>;
  readonly log: Log;
  readonly now?: () => number;
}

/** Mappings of a tenant, asked for at most every two seconds: most tenants have none, and then nothing else is asked. */
function createMappings({ store, now = Date.now }: Edges) {
  const known = new Map<
    TenantId,
    { readonly mappings: Promise<readonly RoleMapping[]>; readonly untilMs: number }
  >();
  return (tenant: TenantId): Promise<readonly RoleMapping[]> => {
    const before = known.get(tenant);
    if (before && before.untilMs > now()) return before.mappings;
    const mappings = store.mappings(tenant);
    known.set(tenant, { mappings, untilMs: now() + MAPPINGS_MS });
    mappings.catch(() => known.delete(tenant));
    return mappings;
  };
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
  const mappingsOf = createMappings(edges);
  const awayUntil = new Map<string, number>();

  async function ask(tenant: TenantId, { person, directory, accounts }: DueReading): Promise<void> {
    const source = sources[directory];
    if (source === undefined) throw new DirectoryAwayError('this installation has no way to that directory');
    const place = `${tenant} ${directory}`;
    if ((awayUntil.get(place) ?? 0) > now()) throw new DirectoryAwayError('it did not answer a moment ago');
    try {
      const mappings = (await mappingsOf(tenant)).filter((one) => directoryOf(one.source) === directory);
      await store.remember(tenant, { person, directory, ...(await source.read(tenant, accounts, mappings)) });
    } catch (error) {
      if (error instanceof DirectoryAwayError) awayUntil.set(place, now() + LEFT_ALONE_MS);
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

  /** Those that did not answer, and could have given something; of whom it is not known, `unknown` says whether that counts. */
  async function ifMapped(
    tenant: TenantId,
    due: () => Promise<readonly DueReading[]>,
    unknown: boolean,
  ): Promise<readonly Directory[]> {
    if ((await mappingsOf(tenant)).length === 0) return [];
    const failed = await readAll(tenant, await due());
    return [...new Set(failed.filter(({ gave }) => gave ?? unknown).map(({ directory }) => directory))];
  }

  const ofPeople: FreshRights['ofPeople'] = (tenant, people) =>
    ifMapped(tenant, () => store.due(tenant, people, READ_ANEW_MS), false);
  return {
    ofPeople,
    ofAccount: (tenant, account) =>
      ifMapped(tenant, () => store.dueOfAccount(tenant, account, READ_ANEW_MS), true),
    ofApproval: async (tenant, approval) =>
      (await mappingsOf(tenant)).length === 0 ? [] : ofPeople(tenant, await store.peopleOf(tenant, approval)),
    ofEverybody: (tenant) => ifMapped(tenant, () => store.dueOfAll(tenant, PLANS_ANEW_MS, AT_ONCE), true),
  };
}
