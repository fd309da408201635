import type pg from 'pg';
import { createPool } from '../database.ts';
import type { Log } from '../log.ts';
import { openRedis, whyRedisIsUnfit } from '../redis.ts';
import { listen } from './listen.ts';
import { enqueue, jobIdOf, openQueues, type Queues, type RoutedRow } from './queues.ts';

export interface DispatcherOptions {
  readonly dispatcherUrl: string;
  readonly redisUrl: string;
  readonly log: Log;
  /** Finds what no notification told of. */
  readonly pollMs?: number;
  /** A row that is queued this long and not done is looked for on its queue, and queued again when it is not there. */
  readonly sweepAfterMs?: number;
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
    const { rows } = await client.query<RoutedRow>(TAKE);
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

/**
 * Carries committed outbox rows to BullMQ, as the role that sees ids across tenants and nothing else. Any number may
 * run. Needs neither Redis nor Postgres to be there at the start; what is away is retried and said once.
 */
export function startDispatcher(options: DispatcherOptions): { close(): Promise<void> } {
  const { log, pollMs = 500, sweepAfterMs = 15_000 } = options;
  const pool = createPool(options.dispatcherUrl, { max: 2, application_name: 'countersign dispatcher' });
  const redis = openRedis(options.redisUrl, { failFast: true, name: 'countersign dispatcher' });
  const queues = openQueues(redis, options.prefix);
  let closing = false;
  let wake = (): void => {};
  const slept = (ms: number) => new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => { clearTimeout(timer); resolve(); };
  }); // prettier-ignore
  let woken = false;
  const listener = listen(options.dispatcherUrl, () => {
    woken = true;
    wake();
  });
  redis.once('ready', () => {
    void whyRedisIsUnfit(redis).then((why) => why && log.error(why), () => {}); // prettier-ignore
  });
  const run = async (): Promise<void> => {
    let nextSweepAt = 0;
    let away = false;
    while (!closing) {
      woken = false;
      try {
        if (Date.now() >= nextSweepAt) {
          const lost = await sweep(pool, queues, sweepAfterMs);
          if (lost > 0) log.warn({ lost }, 'rows queued again: their jobs were gone');
          nextSweepAt = Date.now() + sweepAfterMs / 3;
        }
        while (!closing && (await dispatchBatch(pool, queues)) === BATCH);
        if (away) log.info('the dispatcher is back at work');
        away = false;
      } catch (error) {
        if (!away) log.warn({ err: error }, 'Redis or Postgres is away; outbox rows wait');
        away = true;
      }
      if (!closing && !woken) await slept(pollMs);
    }
  };
  const running = run();
  return {
    async close() {
      closing = true;
      wake();
      await running;
      await listener.close();
      await Promise.all(Object.values(queues).map((q) => q.close().catch(() => {})));
      redis.disconnect();
      await pool.end();
    },
  };
}
