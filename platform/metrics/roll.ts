import type { TenantTx } from '../database.ts';
import { DB_NOW_MS } from '../ledger/append.ts';
import { FACTS } from './facts.ts';

export const HOUR_MS = 3_600_000;

/**
 * An hour is rolled up this long after its end, when whatever was begun in it is written: a transaction lasts half a minute
 * at most, and a model's call, which counts when it began, some seconds.
 */
const SETTLES_AFTER_MS = 10 * 60_000;

const ROLL = `INSERT INTO metric_hours (tenant, measure, hour, agent, version, route, environment, n, sum, buckets, counts)
  WITH facts AS (${FACTS}),
  cells AS (SELECT date_trunc('hour', at, 'UTC') AS hour, agent, version, route, environment, measure, bucket,
      count(*) AS n, sum(value) AS sum FROM facts GROUP BY 1, 2, 3, 4, 5, 6, 7)
  SELECT current_tenant(), measure, hour, agent, version, route, environment, sum(n), sum(sum),
    array_agg(bucket ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL),
    array_agg(n ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL)
  FROM cells GROUP BY hour, agent, version, route, environment, measure`;

/** The first hour of which anything could be known. */
const BEGIN = `INSERT INTO metric_rolled (tenant, until)
  SELECT t.tenant, date_trunc('hour', least(t.created_at, (SELECT min(r.created_at) FROM runs r)), 'UTC')
  FROM tenants t WHERE t.tenant = current_tenant() ON CONFLICT DO NOTHING`;

/** Two processes that roll up at once: the second finds nothing left. */
const HELD = `SELECT (extract(epoch FROM until) * 1000)::bigint AS "untilMs", ${DB_NOW_MS} AS "nowMs"
  FROM metric_rolled FOR UPDATE`;

/** Rolls up at most `limit` hours that are over; says how many. */
export async function rollUp(tx: TenantTx, limit: number): Promise<number> {
  await tx.rows({ text: BEGIN });
  const rolled = await tx.row<{ untilMs: number; nowMs: number }>({ text: HELD });
  if (rolled === null) return 0;
  const { untilMs, nowMs } = rolled;
  const over = Math.floor((nowMs - SETTLES_AFTER_MS) / HOUR_MS) * HOUR_MS;
  const toMs = Math.min(over, untilMs + limit * HOUR_MS);
  if (toMs <= untilMs) return 0;
  await tx.rows({ text: ROLL, values: [untilMs, toMs] });
  await tx.rows({ text: 'UPDATE metric_rolled SET until = to_timestamp($1::float8 / 1000)', values: [toMs] });
  return (toMs - untilMs) / HOUR_MS;
}
