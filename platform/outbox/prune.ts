import type pg from 'pg';

const PRUNE_EVERY_MS = 3_600_000;

/** The database's policies say again what may go: done, and more than a week ago. */
const FORGET = [
  `DELETE FROM outbox WHERE done_at < now() - interval '7 days'`,
  `DELETE FROM seen_requests WHERE seen_at < now() - interval '7 days'`,
] as const;

/** Deletes, at most once an hour, what was delivered or seen more than a week ago. */
export function createPrune(pool: pg.Pool, nowMs: () => number = Date.now): () => Promise<void> {
  let nextAt = 0;
  return async () => {
    if (nowMs() < nextAt) return;
    for (const sql of FORGET) await pool.query(sql);
    nextAt = nowMs() + PRUNE_EVERY_MS;
  };
}
