import pg from 'pg';
import { agents } from '../agents/index.ts';
import type { Stack } from '../bin/stack/open-stack.ts';
import { RunId, TenantId } from '../core/ids.ts';
import type { Person } from '../core/people.ts';
import { createLog } from '../platform/log.ts';
import { startConsumer, startDispatcher } from '../platform/outbox/index.ts';
import { openAdmin } from '../platform/tenants.ts';
import { databaseUrl, withBenchStack, type Say } from './world/open.ts';
import { percentile, rounded, sleep, until } from './world/statistics.ts';

/** Places in the deployment, and how long a run holds one: half a second, since a model would only be waited for. */
const PLACES = 20;
const WORK_MS = 500;
const HEAD = 'email,name,roles,team,manager,slack_team,slack_user,entra_tenant,entra_object,time_zone';

interface Company {
  readonly tenant: TenantId;
  readonly person: Person;
}

async function found(stack: Stack, name: string): Promise<Company> {
  const tenant = TenantId.parse(name);
  const admin = openAdmin({ appUrl: stack.database.appUrl });
  try {
    await admin.createTenant({ tenant, name, workspaces: [] });
    await admin.importPeople(tenant, `${HEAD}\na@${name}.example,A,operator,claims,,,,,,UTC\n`);
    await admin.setLimits(tenant, { waiting: 100_000, personWaiting: 100_000, personWorking: 200 });
  } finally {
    await admin.close();
  }
  const [person] = await stack.stores.people.everyone(tenant);
  if (!person) throw new Error(`${name} has nobody.`);
  return { tenant, person };
}

const ask = (stack: Stack, { tenant, person }: Company) =>
  stack.stores.runs.create(tenant, {
    ...{ agent: agents[0]!, input: { claim: 'CLM-0847' }, requester: person, source: 'api', dedupeKey: null },
    ...{ environment: 'production', rehearsal: true, origin: {} },
  });

/** The product's dispatcher and intake queue, with a stand-in for the agent that only takes its time. */
function startWork(stack: Stack): { close(): Promise<void> } {
  const log = createLog({ level: 'silent' });
  const queue = { redisUrl: stack.engines.redis.url, log, prefix: 'bench-intake' };
  const { stores } = stack;
  const dispatcher = startDispatcher({
    ...queue,
    dispatcherUrl: stack.database.dispatcherUrl,
    workingLimit: PLACES,
  });
  const consumer = startConsumer({
    ...queue,
    topic: 'intake',
    outbox: stores.outbox,
    concurrency: 2 * PLACES,
    async handle({ tenant, payload }) {
      const run = RunId.parse(payload['run']);
      await stores.runs.markRunning(tenant, run);
      await sleep(WORK_MS);
      await stores.runs.close(tenant, run, { status: 'done', summary: 'Done.', output: null });
      return 'done';
    },
  });
  return { close: async () => void (await Promise.all([dispatcher.close(), consumer.close()])) };
}

/** How long each run of the tenant took from being asked for to its end, and to being admitted, by the database's clock. */
const TOOK = `SELECT (extract(epoch FROM finished_at - created_at) * 1000)::float8 AS done,
  (extract(epoch FROM admitted_at - created_at) * 1000)::float8 AS admitted FROM runs WHERE tenant = $1 AND status = 'done'`;

async function askNowAndThen(stack: Stack, db: pg.Pool, company: Company, count: number) {
  for (let i = 0; i < count; i++) {
    await ask(stack, company);
    await sleep(150);
  }
  const all = async () => (await db.query<{ done: number; admitted: number }>(TOOK, [company.tenant])).rows;
  await until('the quiet tenant’s runs', 120, async () => (await all()).length === count);
  const rows = await all();
  const p95 = (of: 'done' | 'admitted') => percentile(rows.map((row) => row[of]), 0.95); // prettier-ignore
  return { doneP95Ms: p95('done'), admittedP95Ms: p95('admitted') };
}

const LEFT = `SELECT count(*)::int AS waiting FROM runs WHERE status = 'queued' AND admitted_at IS NULL`;
const MOST = `SELECT count(*)::int AS working FROM runs WHERE status IN ('queued', 'running') AND admitted_at IS NOT NULL`;

async function play(stack: Stack, say: Say, quick: boolean) {
  const db = new pg.Pool({ connectionString: databaseUrl(stack, 'countersign'), max: 2 });
  const count = quick ? 40 : 150;
  const flood = quick ? 250 : 1_000;
  let work = startWork(stack);
  try {
    // The first runs pay for plans and connections; they are nobody's measure.
    await askNowAndThen(stack, db, await found(stack, 'warm'), 10);
    const alone = await askNowAndThen(stack, db, await found(stack, 'alone'), count);
    const floods = await Promise.all(['flood-a', 'flood-b', 'flood-c'].map((name) => found(stack, name)));
    say(`  alone: p95 ${Math.round(alone.doneP95Ms)} ms; now three tenants ask for ${flood} runs each`);
    await work.close();
    for (let i = 0; i < flood; i++) await Promise.all(floods.map((company) => ask(stack, company)));
    const quiet = await found(stack, 'quiet');
    work = startWork(stack);
    let most = 0;
    const watch = setInterval(() => void db.query<{ working: number }>(MOST).then(({ rows }) => (most = Math.max(most, rows[0]?.working ?? 0)), () => {}), 50); // prettier-ignore
    const startedAt = performance.now();
    const before = (await db.query<{ waiting: number }>(LEFT)).rows[0]?.waiting ?? 0;
    const beside = await askNowAndThen(stack, db, quiet, count);
    const after = (await db.query<{ waiting: number }>(LEFT)).rows[0]?.waiting ?? 0;
    const seconds = (performance.now() - startedAt) / 1000;
    clearInterval(watch);
    const ratio = beside.doneP95Ms / alone.doneP95Ms;
    return {
      // The flood must have lasted, and no place may have been given twice.
      ok: after > 0 && most <= PLACES,
      met: ratio < 1.5,
      aim: 1.5,
      ratio: rounded(ratio),
      alone: { doneP95Ms: rounded(alone.doneP95Ms), admittedP95Ms: rounded(alone.admittedP95Ms) },
      besideThreeFloods: {
        doneP95Ms: rounded(beside.doneP95Ms),
        admittedP95Ms: rounded(beside.admittedP95Ms),
      },
      inLine: { before, after },
      admittedPerSecond: rounded((before - after + count) / seconds),
      mostAtWork: most,
    };
  } finally {
    await Promise.all([work.close(), db.end()]);
  }
}

/** What three tenants' floods do to the runs of a fourth that asks now and then. */
export async function measure(say: Say, quick: boolean) {
  say('A quiet tenant alone, then beside three that flood; 20 places, a run holds its place for 0.5 s.');
  return withBenchStack(say, (stack) => play(stack, say, quick));
}
