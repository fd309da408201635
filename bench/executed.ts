import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import type { Stack } from '../bin/stack/open-stack.ts';
import { startChild, untilReady } from '../local/engines/child.ts';
import { readFileSync } from 'node:fs';
import { prepareDatabase } from '../platform/prepare-database.ts';
import { createApprovals } from './world/approvals.ts';
import { startFarEnd } from './world/clicks.ts';
import { averageHops, readHops, type Hops } from './world/hops.ts';
import { withBenchStack, type Say } from './world/open.ts';
import { createBot } from './world/programs.ts';
import {
  actionsOnce,
  AT_ONCE,
  createWatch,
  openOurs,
  playAloud,
  sizeOf,
  summaryOf,
  type Side,
  type Size,
  type Turn,
} from './world/sides.ts';
import { inParallel, median, rounded, sleep, until } from './world/statistics.ts';

const AIM = { executed: 0.8, p50: 1.3 } as const;

const BARE_SCHEMA = `CREATE TABLE done (id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp());
  GRANT SELECT, INSERT ON done TO countersign_app;`;
const BARE_DONE = `SELECT id, (extract(epoch FROM at) * 1000)::float8 AS "atMs" FROM done WHERE id = ANY($1)`;

/** A signal and a remote activity that writes one row, with nothing else around them. */
async function openBare(stack: Stack, count: number) {
  const urls = await prepareDatabase({ superuserUrl: stack.engines.postgres?.url ?? '', database: 'bare' });
  const pool = new pg.Pool({ connectionString: urls.migratorUrl, max: 2 });
  await pool.query(BARE_SCHEMA);
  const address = stack.engines.temporal.url;
  const worker = await startChild({
    name: 'bare',
    dir: stack.home.dir,
    command: process.execPath,
    args: ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'bare/worker.ts')],
    env: { ...process.env, TEMPORAL_ADDRESS: address, BARE_DATABASE_URL: urls.appUrl },
  });
  await untilReady(worker, 'the bare worker', () =>
    Promise.resolve(readFileSync(worker.logFile, 'utf8').includes('is ready')),
  );
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const ids = Array.from({ length: count }, (_, n) => `bare-${n}`);
  await inParallel(ids, 32, (id) =>
    client.workflow.start('bareApproval', { workflowId: id, taskQueue: 'bare', args: [id] }),
  );
  const watch = createWatch(pool, BARE_DONE);
  const side: Side = {
    name: 'bare',
    async go() {
      const id = ids.pop();
      if (!id) throw new Error('Nothing is pending on the bare side.');
      const seen = watch.seen(id);
      await client.workflow.getHandle(id).signal('signed');
      return seen;
    },
  };
  return {
    side,
    written: async () =>
      (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM done')).rows[0]?.n ?? -1,
    async close() {
      await watch.close();
      await connection.close();
      await worker.stop();
      await pool.end();
    },
  };
}

const RIGHT = `SELECT (SELECT count(*)::int FROM approvals WHERE status = 'executed') AS executed,
  (SELECT count(*)::int FROM outbox WHERE topic = 'signals' AND done_at IS NULL) AS waiting`;

async function compare(stack: Stack, say: Say, size: Size) {
  const { singles, burst, repetitions } = size;
  const each = (repetitions + 1) * (singles + burst);
  const approvals = await createApprovals(stack);
  const farEnd = await startFarEnd();
  const before = await actionsOnce(approvals);
  await approvals.prepare(each);
  const bot = createBot(stack, farEnd.apiUrl, say);
  const bare = await openBare(stack, each);
  let ours: ReturnType<typeof openOurs> | undefined;
  try {
    await Promise.all([bot.start(), stack.workers.start()]);
    ours = openOurs(stack, approvals, await approvals.open(each, 'refer_to_siu'));
    const waiting = async () =>
      (await approvals.database.query<{ waiting: number }>(RIGHT)).rows[0]?.waiting === 0;
    await until('every approval to have its workflow', 300, waiting);
    say(`  ${each} pending on each side`);
    await sleep(10_000);
    const turns = { bare: [] as Turn[], countersign: [] as Turn[] };
    const hops: Hops[] = [];
    for (let n = 0; n <= repetitions; n += 1)
      for (const side of n % 2 ? [ours.side, bare.side] : [bare.side, ours.side]) {
        const from = ours.clicks.length;
        const turn = await playAloud(say, side, size, n);
        if (n === 0) continue;
        turns[side === ours.side ? 'countersign' : 'bare'].push(turn);
        if (side === ours.side)
          hops.push(...(await readHops(stack, approvals, ours.clicks.slice(from, from + singles))));
      }
    await until('every signal to be taken', 60, waiting);
    const { rows } = await approvals.database.query<{ executed: number }>(RIGHT);
    const verified = await stack.stores.ledger.verify(approvals.tenant);
    const right =
      rows[0]?.executed === each &&
      (await actionsOnce(approvals)) - before === each &&
      (await bare.written()) === each &&
      verified.ok;
    return { turns, right, hops: averageHops(hops) };
  } finally {
    await ours?.close();
    await bare.close();
    await bot.stop();
    await Promise.all([approvals.close(), farEnd.close()]);
  }
}

/** Executed actions per second and click-to-executed, against a bare Temporal signal and remote activity. */
export async function measure(say: Say, quick: boolean) {
  const size = sizeOf(quick);
  say(
    `Signed actions, ${AT_ONCE} at a time, and one at a time; ${size.repetitions} turns; Temporal in memory.`,
  );
  const { turns, right, hops } = await withBenchStack(say, (stack) => compare(stack, say, size));
  const of = (side: 'bare' | 'countersign', what: 'p50' | 'perSecond') =>
    turns[side].map((turn) => turn[what]);
  const ratioOf = (what: 'p50' | 'perSecond') =>
    rounded(median(of('countersign', what).map((value, n) => value / turns.bare[n]![what])));
  const ratio = { executed: ratioOf('perSecond'), p50: ratioOf('p50') };
  return {
    ok: right,
    aim: AIM,
    met: { executed: ratio.executed >= AIM.executed, p50: ratio.p50 <= AIM.p50 },
    ratio,
    bare: summaryOf(turns.bare),
    countersign: summaryOf(turns.countersign),
    hopsMs: hops,
  };
}
