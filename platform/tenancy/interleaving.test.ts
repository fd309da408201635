import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunId, TenantId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import { openTestStores, TEST_AGENT, type TestStores } from '../../test/test-stores.ts';
import { openDatabase } from '../database.ts';
import { openAdmin } from '../tenants.ts';

const TENANTS = 50;
const REQUESTS = 10_000;
/** Far more than connections, so that each connection is handed from tenant to tenant all the time. */
const AT_ONCE = 96;
const CONNECTIONS = 5;
/** The same in every company: what is no secret must not be what keeps them apart. */
const SAME = { platform: 'slack', workspace: 'T0SAME000', account: 'U0SAME000' } as const;

/** Everything of a company carries its mark, so that a row of another shows wherever it turns up. */
const tenants = Array.from({ length: TENANTS }, (_, i) => `co-${String(i).padStart(2, '0')}` as TenantId);
const marksIn = (text: string): Set<string> => new Set(text.match(/co-\d\d/g));

let t: TestStores;
const people = new Map<TenantId, Person>();
const runs = new Map<TenantId, RunId>();

const start = (tenant: TenantId, n: number) =>
  t.stores.runs.create(tenant, {
    ...{ agent: TEST_AGENT, input: { claim: `${tenant}-CLM-${n}` }, requester: personOf(tenant) },
    ...{ source: 'slack', dedupeKey: `key-${n}`, environment: 'production', rehearsal: true },
    origin: { platform: 'slack', conversation: `${tenant}-channel` },
  });

function personOf(tenant: TenantId): Person {
  const person = people.get(tenant);
  if (!person) throw new Error(`nobody is in ${tenant}`);
  return person;
}

beforeAll(async () => {
  t = await openTestStores({ poolSize: CONNECTIONS, usualLimits: true });
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  for (const tenant of tenants) {
    await admin.createTenant({ tenant, name: `Company ${tenant}`, workspaces: [] });
    const who = { email: `ada@${tenant}.example`, name: `Ada of ${tenant}`, team: `${tenant}-claims` };
    await admin.bootstrapAdmin(tenant, { ...who, accounts: [SAME] });
    await admin.setLimits(tenant, { waiting: 10_000, personWaiting: 10_000 });
  }
  await admin.close();
  await Promise.all(
    tenants.map(async (tenant) => {
      const [person] = await t.stores.people.everyone(tenant);
      if (person) people.set(tenant, person);
      runs.set(tenant, (await start(tenant, -1)).run);
    }),
  );
}, 240_000);
afterAll(() => t.close());

class Aside extends Error {}

/** What a process asks of the stores all day, reads and writes; some fail half-way, some name what is another company's. */
function requests(broken: ReturnType<typeof openDatabase>) {
  const { stores } = t;
  return [
    (tenant: TenantId) => stores.people.everyone(tenant),
    (tenant: TenantId) => stores.people.identify(tenant, SAME),
    (tenant: TenantId, n: number) => (n % 4 === 0 ? start(tenant, n) : stores.runs.get(tenant, runs.get(tenant) as RunId)),
    (tenant: TenantId) => stores.runs.list(tenant, { limit: 5 }),
    (tenant: TenantId) => stores.ledger.recent(tenant, 3),
    (tenant: TenantId) => stores.runs.input(tenant, runs.get(tenant) as RunId),
    (tenant: TenantId) => stores.people.rememberConversation(tenant, conversation(tenant)),
    (tenant: TenantId, n: number) => stores.seen.firstTime(tenant, 'slack', `event-${n % 7}`),
    (tenant: TenantId, n: number) =>
      n % 4 === 0
        ? stores.switches.pause(tenant, `${tenant}-agent-${n}`, personOf(tenant).id)
        : stores.switches.read(tenant),
    // The next to use the connection is another company.
    (tenant: TenantId) =>
      broken.inTenant(tenant, async (tx) => {
        const rows = await tx.rows({ text: 'SELECT * FROM people' });
        throw new Aside(JSON.stringify(rows));
      }),
    // What was looked for is there, and another company's.
    async (tenant: TenantId, n: number) => {
      const other = runs.get(tenants[(tenants.indexOf(tenant) + 1 + (n % (TENANTS - 1))) % TENANTS] as TenantId) as RunId;
      return [await stores.runs.get(tenant, other), await stores.runs.markRunning(tenant, other)];
    },
  ] as const; // prettier-ignore
}

const conversation = (tenant: TenantId) => ({
  platform: SAME.platform,
  workspace: SAME.workspace,
  conversation: 'C0SAME000',
  kind: 'channel' as const,
  person: personOf(tenant).id,
  serviceUrl: `https://${tenant}.example`,
});

interface Seen {
  answered: number;
  own: number;
  foreign: string[];
  nothing: number;
}

async function ask(job: Promise<unknown>, tenant: TenantId, seen: Seen): Promise<void> {
  const answer = await job.catch((error: unknown) => {
    if (error instanceof Aside) return error.message;
    throw error;
  });
  const text = JSON.stringify(answer) ?? '';
  const marks = marksIn(text);
  seen.answered += 1;
  if (marks.has(tenant)) seen.own += 1;
  if (text === '[null,false]') seen.nothing += 1;
  marks.delete(tenant);
  if (marks.size > 0) seen.foreign.push(`${tenant} was answered ${text.slice(0, 200)}`);
}

test('10,000 interleaved requests over 50 tenants and a handful of connections: no foreign row', async () => {
  const failing = openDatabase(t.urls.appUrl, { max: CONNECTIONS, connectionTimeoutMillis: 60_000 });
  const kinds = requests(failing);
  const seen: Seen = { answered: 0, own: 0, foreign: [], nothing: 0 };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < REQUESTS; n = next++) {
      // Primes apart, so that every kind meets every tenant, and neighbours differ.
      const tenant = tenants[(n * 7) % TENANTS] as TenantId;
      const kind = kinds[n % kinds.length] as (typeof kinds)[number];
      await ask(kind(tenant, n), tenant, seen);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker)).finally(() => failing.close());
  expect(seen.foreign).toEqual([]);
  expect(seen.answered).toBe(REQUESTS);
  // More than half the kinds answer with what is the company's own; those that asked for another's got nothing.
  expect(seen.own).toBeGreaterThan(REQUESTS / 2);
  expect(seen.nothing).toBeGreaterThan(REQUESTS / 12);
}, 240_000);

test('and not one row that was written carries the mark of another tenant', async () => {
  const db = await t.as('superuser');
  const { rows: tables } = await db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'tenant' AND table_schema = 'public'`,
  );
  const written: string[] = [];
  for (const { name } of tables) {
    const { rows } = await db.query<{ own: number; foreign: number }>(
      `SELECT count(*)::int AS own, (count(*) FILTER (WHERE EXISTS (
         SELECT 1 FROM regexp_matches(to_jsonb(x)::text, 'co-\\d\\d', 'g') m WHERE m[1] <> x.tenant)))::int AS foreign
       FROM ${name} x WHERE tenant LIKE 'co-%'`,
    );
    expect({ table: name, foreign: rows[0]?.foreign }).toEqual({ table: name, foreign: 0 });
    if ((rows[0]?.own ?? 0) >= TENANTS) written.push(name);
  }
  expect(written).toEqual(
    expect.arrayContaining(['people', 'runs', 'payloads', 'outbox', 'ledger_entries', 'conversations']),
  );
}, 240_000);
