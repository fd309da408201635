import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import pg from 'pg';
import type { Stack } from '../bin/stack/open-stack.ts';
import { startChild, untilReady } from '../local/engines/child.ts';
import { createApprovals } from './world/approvals.ts';
import { startFarEnd } from './world/clicks.ts';
import { databaseUrl, withBenchStack, type Say } from './world/open.ts';
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

const FOLDER = join(import.meta.dirname, 'peers');
const PEERS = ['langgraph', 'dbos'] as const;
const DONE = `SELECT id, (extract(epoch FROM at) * 1000)::float8 AS "atMs" FROM done WHERE id = ANY($1)`;

function install(say: Say): void {
  if (existsSync(join(FOLDER, 'node_modules'))) return;
  say('Installing the peers: npm ci in bench/peers');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The same approval in somebody else's engine: `count` of them wait, `go` signs the next over HTTP. */
async function openPeer(stack: Stack, name: (typeof PEERS)[number], count: number) {
  const owner = new pg.Pool({ connectionString: databaseUrl(stack, 'postgres'), max: 1 });
  await owner.query(`CREATE DATABASE peer_${name}`);
  await owner.end();
  const url = databaseUrl(stack, `peer_${name}`);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  await pool.query(
    'CREATE TABLE done (id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())',
  );
  const child = await startChild({
    name,
    dir: stack.home.dir,
    command: process.execPath,
    args: [join(FOLDER, `${name}.mjs`)],
    env: { ...process.env, PEER_DATABASE_URL: url },
  });
  const said = () => /listens on (\d+)/.exec(readFileSync(child.logFile, 'utf8'))?.[1];
  await untilReady(child, name, () => Promise.resolve(said() !== undefined));
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const post = (path: string, id: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1',
        port: Number(said()),
        path: `${path}?id=${id}`,
        method: 'POST',
        agent,
      });
      sent.on('response', (response) => {
        response.resume();
        if (response.statusCode === 200) response.on('end', resolve);
        else reject(new Error(`${name} answered ${response.statusCode} to ${path}.`));
      });
      sent.on('error', reject).end();
    });
  const ids = Array.from({ length: count }, (_, n) => `${name}-${n}`);
  await inParallel(ids, 16, (id) => post('/ask', id));
  const watch = createWatch(pool, DONE);
  const side: Side = {
    name,
    async go() {
      const id = ids.pop();
      if (!id) throw new Error(`Nothing is pending at ${name}.`);
      const seen = watch.seen(id);
      await post('/sign', id);
      return seen;
    },
  };
  return {
    side,
    written: async () =>
      (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM done')).rows[0]?.n ?? -1,
    async close() {
      await watch.close();
      agent.destroy();
      await child.stop();
      await pool.end();
    },
  };
}

const WAITING = `SELECT count(*)::int AS n FROM outbox WHERE topic = 'signals' AND done_at IS NULL`;

async function compare(stack: Stack, say: Say, size: Size) {
  const each = (size.repetitions + 1) * (size.singles + size.burst);
  const approvals = await createApprovals(stack);
  const farEnd = await startFarEnd();
  const before = await actionsOnce(approvals);
  await approvals.prepare(each);
  const bot = createBot(stack, farEnd.apiUrl, say);
  const peers: Awaited<ReturnType<typeof openPeer>>[] = [];
  let ours: ReturnType<typeof openOurs> | undefined;
  const settled = async () => (await approvals.database.query<{ n: number }>(WAITING)).rows[0]?.n === 0;
  try {
    for (const name of PEERS) peers.push(await openPeer(stack, name, each));
    await Promise.all([bot.start(), stack.workers.start()]);
    ours = openOurs(stack, approvals, await approvals.open(each, 'refer_to_siu'));
    await until('every approval to have its workflow', 300, settled);
    say(`  ${each} pending on each side`);
    await sleep(10_000);
    const sides = [ours.side, ...peers.map((peer) => peer.side)];
    const turns = new Map<string, Turn[]>(sides.map(({ name }) => [name, []]));
    for (let n = 0; n <= size.repetitions; n += 1)
      for (const side of n % 2 ? sides : sides.toReversed()) {
        const turn = await playAloud(say, side, size, n);
        if (n > 0) turns.get(side.name)?.push(turn);
      }
    await until('every signal to be taken', 60, settled);
    const written = await Promise.all(peers.map((peer) => peer.written()));
    const right =
      (await actionsOnce(approvals)) - before === each &&
      written.every((n) => n === each) &&
      (await stack.stores.ledger.verify(approvals.tenant)).ok;
    return { turns, right };
  } finally {
    await ours?.close();
    for (const peer of peers) await peer.close();
    await bot.stop();
    await Promise.all([approvals.close(), farEnd.close()]);
  }
}

/**
 * Click to executed and executed per second beside LangGraph.js (interrupt, Postgres checkpointer) and DBOS, each ending in
 * one row in the same Postgres. A peer's click is a bare POST: no signature, no person, no card, no ledger, no other process.
 */
export async function measure(say: Say, quick: boolean) {
  const size = sizeOf(quick);
  install(say);
  say(
    `Signed actions beside ${PEERS.join(' and ')}, ${AT_ONCE} at a time, and one at a time; ${size.repetitions} turns.`,
  );
  const { turns, right } = await withBenchStack(say, (stack) => compare(stack, say, size));
  const ours = turns.get('countersign') ?? [];
  const ratioTo = (name: string, what: 'p50' | 'perSecond') =>
    rounded(median(ours.map((turn, n) => turn[what] / (turns.get(name)?.[n]?.[what] ?? NaN))));
  return {
    ok: right,
    ratio: Object.fromEntries(
      PEERS.map((name) => [name, { executed: ratioTo(name, 'perSecond'), p50: ratioTo(name, 'p50') }]),
    ),
    ...Object.fromEntries([...turns].map(([name, of]) => [name, summaryOf(of)])),
  };
}
