import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import type { TenantId } from '../../core/ids.ts';
import { testEngines } from '../../test/engines.ts';
import { PATIENCE_MS } from '../../test/patience.ts';
import { openTestStores, startTestRun, type TestStores } from '../../test/test-stores.ts';
import { createLog } from '../log.ts';
import { LOCK_MS, startConsumer, type Handled } from './consume.ts';
import { startDispatcher } from './dispatcher.ts';
import type { OutboxRow } from './outbox-store.ts';
import { INTAKE_CHANNEL } from './wake.ts';

const log = createLog({ level: 'silent' });
let t: TestStores;
let db: pg.Client;
let redis: Redis;
let prefix: string;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  t = await openTestStores();
  db = await t.as('superuser');
  redis = new Redis<'legacy'>(testEngines().redisUrl, { db: 9 });
});
afterAll(async () => {
  redis.disconnect();
  await t.close();
});
beforeEach(async () => {
  prefix = `t${Date.now()}`;
  await redis.flushdb();
});
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

const redisUrl = () => `${testEngines().redisUrl.replace(/\/$/, '')}/9`;
const dispatch = (url = redisUrl(), pollMs = 200) => {
  const dispatcher = startDispatcher({
    dispatcherUrl: t.urls.dispatcherUrl,
    redisUrl: url,
    log,
    prefix,
    sweepAfterMs: 600,
    pollMs,
  });
  open.push(dispatcher);
  return dispatcher;
};
const consume = (handle: (row: OutboxRow) => Promise<Handled>) => {
  const consumer = startConsumer({
    topic: 'intake',
    redisUrl: redisUrl(),
    outbox: t.stores.outbox,
    log,
    prefix,
    handle,
  });
  open.push(consumer);
  return consumer;
};

async function until(what: () => boolean | Promise<boolean>, ms = PATIENCE_MS): Promise<void> {
  const end = Date.now() + ms;
  while (!(await what())) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((r) => setTimeout(r, 25));
  }
}
const undone = async (): Promise<number> => {
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM outbox WHERE topic = 'intake' AND done_at IS NULL`,
  );
  return rows[0]?.n ?? -1;
};

/** The dispatcher hears of commits from now on. */
const LISTENING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'countersign listener'
  AND state = 'idle' AND query = 'LISTEN ${INTAKE_CHANNEL}'`;

test('a committed row reaches its consumer at once, with its payload read under its tenant', async () => {
  // Found by looking it would come after an hour.
  dispatch(redisUrl(), 3_600_000);
  const got: OutboxRow[] = [];
  consume(async (row) => {
    got.push(row);
    return 'done';
  });
  await until(async () => (await db.query(LISTENING)).rows.length > 0);
  const run = await startTestRun(t);
  await until(() => got.length === 1);
  expect(got[0]).toMatchObject({
    tenant: t.tenant,
    topic: 'intake',
    key: run,
    payload: { run },
  });
  // The job may be quicker than the commit that counts it.
  expect(got[0]?.attempts).toBeLessThanOrEqual(1);
  await until(async () => (await undone()) === 0);
});

test('attack 58: a job carries ids alone, which name nothing under another company', async () => {
  dispatch();
  const run = await startTestRun(t);
  const job = `${prefix}:intake:${run}`;
  await until(async () => (await redis.exists(job)) === 1);
  const { id, ...rest } = JSON.parse((await redis.hget(job, 'data')) ?? '') as { id: number };
  expect(rest).toEqual({ tenant: t.tenant });
  expect(await t.stores.outbox.claim('other-insurer' as TenantId, id)).toBeNull();
  consume(async () => 'done');
  await until(async () => (await undone()) === 0);
});

test('a row whose consumer fails comes again until it is confirmed', async () => {
  dispatch();
  let tries = 0;
  consume(async () => {
    tries++;
    if (tries === 1) throw new Error('Temporal is away');
    return tries < 3 ? { error: 'not yet', retryInMs: 50 } : 'done';
  });
  await startTestRun(t);
  await until(async () => (await undone()) === 0);
  expect(tries).toBeGreaterThanOrEqual(3);
});

test('what a process held when it died is handled by another within seconds', async () => {
  dispatch();
  // All that is left of a dead process: a job that it took, under a lock that nobody renews.
  const options = { lockDuration: LOCK_MS, skipLockRenewal: true, skipStalledCheck: true, autorun: false };
  const dead = new Worker('intake', null, { connection: new Redis(redisUrl(), { maxRetriesPerRequest: null }), prefix, ...options }); // prettier-ignore
  await startTestRun(t);
  await until(async () => (await dead.getNextJob('of-the-dead', { block: false })) !== undefined);
  consume(async () => 'done');
  await until(async () => (await undone()) === 0);
  // Two of these; how long whoever looks needs for it is the machine's.
  expect(LOCK_MS).toBeLessThanOrEqual(8_000);
  await dead.close(true);
}, 240_000);

test('what was delivered or seen more than a week ago is forgotten, and nothing else', async () => {
  const row = (key: string, done: string | null) =>
    db.query(`INSERT INTO outbox (tenant, topic, key, payload, due_at, done_at) VALUES ($1, 'signals', $2, '{}', now() + interval '1 day', $3)`, [t.tenant, key, done]); // prettier-ignore
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  await row('old', ago(8));
  await row('young', ago(6));
  await row('undone', null);
  for (const days of [8, 6])
    await db.query(`INSERT INTO seen_requests (tenant, platform, key, seen_at) VALUES ($1, 'slack', $2, $3)`, [t.tenant, `k${days}`, ago(days)]); // prettier-ignore
  const dispatcher = await t.as('dispatcher');
  expect((await dispatcher.query(`DELETE FROM outbox WHERE key IN ('young', 'undone')`)).rowCount).toBe(0);
  dispatch();
  const keys = async (sql: string) => (await db.query<{ key: string }>(sql)).rows.map(({ key }) => key);
  const left = () => keys(`SELECT key FROM outbox WHERE key IN ('old', 'young', 'undone') ORDER BY id`);
  await until(async () => (await left()).length === 2);
  expect(await left()).toEqual(['young', 'undone']);
  await until(
    async () => (await keys(`SELECT key FROM seen_requests WHERE key IN ('k6', 'k8')`)).join() === 'k6',
  );
});

test('Redis may lose everything: rows that were queued are queued again', async () => {
  dispatch();
  const runs = await Promise.all(Array.from({ length: 20 }, () => startTestRun(t)));
  await until(async () => (await redis.keys(`${prefix}:intake:run_*`)).length === 20);
  await redis.flushdb();
  const got = new Set<string>();
  consume(async (row) => {
    got.add(row.key);
    return 'done';
  });
  await until(async () => (await undone()) === 0);
  expect(runs.every((run) => got.has(run))).toBe(true);
});

test('Redis may be away: nothing is marked as sent, and it goes out when Redis is back', async () => {
  const away = dispatch('redis://127.0.0.1:1');
  const run = await startTestRun(t);
  await new Promise((r) => setTimeout(r, 700));
  const { rows } = await db.query(`SELECT enqueued_at FROM outbox WHERE key = $1`, [run]);
  expect(rows).toEqual([{ enqueued_at: null }]);
  await away.close();
  open.length = 0;
  dispatch();
  consume(async () => 'done');
  await until(async () => (await undone()) === 0);
});

test('two dispatchers and a dead job under the same id lose nothing and repeat little', async () => {
  dispatch();
  dispatch();
  const seen = new Map<string, number>();
  consume(async (row) => {
    seen.set(row.key, (seen.get(row.key) ?? 0) + 1);
    return 'done';
  });
  const runs = await Promise.all(Array.from({ length: 50 }, () => startTestRun(t)));
  await until(async () => (await undone()) === 0);
  expect(runs.filter((run) => !seen.has(run))).toEqual([]);
  // A process that stands still for as long as its locks last is taken for dead: what it held is handled once more.
  const repeated = [...seen.values()].filter((times) => times > 1);
  expect(repeated.length).toBeLessThan(10);
});
