import type { WorstBy } from '../../core/metrics.ts';
import { DECIDED, OVERRIDE } from './facts.ts';

const ended = (value: string, also: string): string => `SELECT r.run, ${value} AS value FROM runs r
  WHERE r.finished_at >= to_timestamp($1::float8 / 1000) AND r.finished_at < to_timestamp($2::float8 / 1000)
    AND r.agent = $3 AND r.source <> 'eval' AND r.environment = 'production' AND ${also}
  ORDER BY value DESC, r.run DESC LIMIT $4`;

const scored = (which: string): string => `SELECT r.run, min(q.score) AS value
  FROM run_scores q JOIN runs r ON r.tenant = q.tenant AND r.run = q.run
  WHERE q.scored_at >= to_timestamp($1::float8 / 1000) AND q.scored_at < to_timestamp($2::float8 / 1000)
    AND r.agent = $3 AND q.score IS NOT NULL AND ${which} GROUP BY r.run ORDER BY value, r.run DESC LIMIT $4`;

const happened = (
  kinds: string,
): string => `SELECT e.run, (extract(epoch FROM max(e.at)) * 1000)::float8 AS value FROM agent_events e
  WHERE e.at >= to_timestamp($1::float8 / 1000) AND e.at < to_timestamp($2::float8 / 1000)
    AND e.agent = $3 AND e.kind IN (${kinds}) AND e.run IS NOT NULL GROUP BY e.run ORDER BY value DESC LIMIT $4`;

/** $1 to $2: the window in epoch ms, $3 the agent, $4 how many. Answers with run and value, the worst first. */
export const WORST: Readonly<Record<WorstBy, string>> = {
  failed: ended(`(extract(epoch FROM r.finished_at) * 1000)::float8`, `r.status = 'failed'`),
  slow: ended('r.worked_ms::float8', `r.status <> 'cancelled'`),
  costly: ended('r.cost_micros::float8', 'r.cost_micros > 0'),
  overridden: `SELECT run, value FROM (
      SELECT r.run, max(a.decided_at_ms)::float8 AS value ${DECIDED} AND r.agent = $3 AND ${OVERRIDE} IS NOT NULL
      GROUP BY r.run) o ORDER BY value DESC LIMIT $4`,
  unfaithful: scored(`q.metric = 'faithfulness'`),
  low_score: scored('true'),
  leaked: happened(`'pii_leak'`),
  unusual: happened(`'tool_pattern', 'input_drift'`),
};
