import type { Redis } from 'ioredis';
import type pg from 'pg';
import { DEFAULT_DEPLOYMENT_LIMIT } from '../../core/intake/limits.ts';
import { createPool } from '../database.ts';
import { startAdmission } from '../intake/admission.ts';
import type { Log } from '../log.ts';
import { openRedis, whyRedisIsUnfit } from '../redis.ts';
import { listen } from './listen.ts';
import { createNap } from './nap.ts';
import { createPrune } from './prune.ts';
import { enqueue, jobIdOf, openQueues, type Queues, type RoutedRow } from './queues.ts';
import { CHANNEL, INTAKE_CHANNEL } from './wake.ts';

export interface DispatcherOptions {
  readonly dispatcherUrl: string;
  readonly redisUrl: string;
  readonly log: Log;
  /** Finds what no notification told of. */
  readonly pollMs?: number;
  /** A row that is queued this long and not done is looked for on its queue, and queued again when it is not there. */
  readonly sweepAfterMs?: number;
  /** Runs at work at once in the whole deployment; every dispatcher should be told the same. */
  readonly workingLimit?: number;
  /** BullMQ's key prefix, for tests that share a Redis. */
  readonly prefix?: string;
}

const BATCH = 200;
const BUSY_MS = 500;

const TAKE = `UPDATE outbox o SET enqueued_at = now(), attempts = o.attempts + 1
  FROM (SELECT tenant, id FROM outbox WHERE done_at IS NULL AND enqueued_at IS NULL AND due_at <= now()
        ORDER BY due_at, id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) due
  WHERE o.tenant = due.tenant AND o.id = due.id RETURNING o.tenant, o.id, o.topic, o.key, o.attempts`;

const PUT_BACK = `UPDATE outbox o SET enqueued_at = NULL, due_at = now() + $3 * interval '1 millisecond'
  FROM unnest($1::text[], $2::bigint[]) AS b(tenant, id)
  WHERE o.tenant = b.tenant AND o.id = b.id AND o.done_at IS NULL`;

const OVERDUE = `SELECT tenant, id, topic, key, attempts FROM outbox
  WHERE done_at IS NULL AND enqueued_at < now() - $1 * interval '1 millisecond' ORDER BY enqueued_at LIMIT ${BATCH}`;

const STILL_QUEUED = `UPDATE outbox o SET enqueued_at = now() FROM unnest($1::text[], $2::bigint[]) AS b(tenant, id)
  WHERE o.tenant = b.tenant AND o.id = b.id AND o.done_at IS NULL`;

const keys = (rows: readonly RoutedRow[]): [string[], number[]] => [
  rows.map((r) => r.tenant),
  rows.map((r) => r.id),
];

/** Takes due rows to their queues. They are marked in the same transaction: if Redis is away, it rolls back. */
async function dispatchBatch(pool: pg.Pool, queues: Queues): Promise<number> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<RoutedRow>({ name: 'outbox_take', text: TAKE });
    if (rows.length > 0) {
      const busy = await enqueue(queues, rows);
      if (busy.length > 0) await client.query(PUT_BACK, [...keys(busy), BUSY_MS]);
    }
    await client.query('COMMIT');
    return rows.length;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

const ALIVE = new Set(['waiting', 'active', 'delayed', 'prioritized', 'waiting-children']);

/** Looks for rows that were queued long ago: a job that is gone, or ended without confirming, is queued again. */
async function sweep(pool: pg.Pool, queues: Queues, sweepAfterMs: number): Promise<number> {
  const { rows } = await pool.query<RoutedRow>(OVERDUE, [sweepAfterMs]);
  const alive: RoutedRow[] = [];
  for (const row of rows) {
    const state = await queues[row.topic].getJobState(jobIdOf(row));
    if (ALIVE.has(state)) alive.push(row);
  }
  const lost = rows.filter((r) => !alive.includes(r));
  if (alive.length > 0) await pool.query(STILL_QUEUED, keys(alive));
  if (lost.length > 0) await pool.query(PUT_BACK, [...keys(lost), 0]);
  return lost.length;
}

interface Parts {
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly queues: Queues;
  readonly prune: () => Promise<void>;
  readonly log: Log;
  readonly sweepAfterMs: number;
  readonly closing: () => boolean;
}

/** One round: a sweep when it is time, then everything that is due. Returns when the next sweep is. */
async function round(
  { pool, redis, queues, prune, log, sweepAfterMs, closing }: Parts,
  sweepAt: number,
): Promise<number> {
  // BullMQ waits for a first connection without end; a transaction must not wait with it.
  if (redis.status !== 'ready') throw new Error('Redis is not connected');
  const sweepNow = Date.now() >= sweepAt;
  const lost = sweepNow ? await sweep(pool, queues, sweepAfterMs) : 0;
  if (sweepNow) await prune();
  if (lost > 0) log.warn({ lost }, 'rows queued again: their jobs were gone');
  while (!closing() && (await dispatchBatch(pool, queues)) === BATCH);
  return sweepNow ? Date.now() + sweepAfterMs / 3 : sweepAt;
}

/** Starting up takes a moment; an absence longer than this is worth a line. */
const SAY_AWAY_AFTER_MS = 2_000;

async function work(parts: Parts, sleep: () => Promise<void>): Promise<void> {
  const { log, closing } = parts;
  let sweepAt = 0;
  let awaySince: number | null = null;
  let said = false;
  while (!closing()) {
    try {
      sweepAt = await round(parts, sweepAt);
      if (said) log.info('the dispatcher is back at work');
      [awaySince, said] = [null, false];
    } catch (error) {
      awaySince ??= Date.now();
      if (!said && Date.now() - awaySince > SAY_AWAY_AFTER_MS) {
        log.warn({ err: error }, 'Redis or Postgres is away; outbox rows wait');
        said = true;
      }
    }
    if (!closing()) await sleep();
  }
}

/**
 * Carries committed outbox rows to BullMQ, and lets waiting runs begin, as the role that sees ids across tenants and
 * nothing else. Any number may run. Needs neither Redis nor Postgres to be there at the start; what is away is retried and said once.
 */
export function startDispatcher(options: DispatcherOptions): { close(): Promise<void> } {
  const { log, pollMs = 500, sweepAfterMs = 15_000 } = options;
  const pool = createPool(options.dispatcherUrl, { max: 3, application_name: 'countersign dispatcher' });
  const redis = openRedis(options.redisUrl, { failFast: true, name: 'countersign dispatcher' });
  const queues = openQueues(redis, options.prefix);
  const nap = createNap();
  const places = options.workingLimit ?? DEFAULT_DEPLOYMENT_LIMIT;
  const admission = startAdmission({ pool, places, log, pollMs, onAdmitted: nap.wake });
  const listener = listen(options.dispatcherUrl, { [CHANNEL]: nap.wake, [INTAKE_CHANNEL]: admission.wake });
  redis.on('ready', nap.wake);
  redis.once('ready', () => {
    whyRedisIsUnfit(redis)
      .then((why) => why && log.error(why))
      .catch(() => {});
  });
  let closing = false;
  const parts = { pool, redis, queues, prune: createPrune(pool), log, sweepAfterMs, closing: () => closing };
  const working = work(parts, () => nap.sleep(pollMs));
  return {
    async close() {
      closing = true;
      nap.wake();
      await Promise.all([working, admission.close()]);
      await listener.close();
      if (redis.status === 'ready')
        await Promise.all(Object.values(queues).map((q) => q.close().catch(() => {})));
      redis.disconnect();
      await pool.end();
    },
  };
}
