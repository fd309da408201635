import { GAMMA } from '../../core/histogram.ts';
import { SCORES } from '../../core/metrics.ts';
import { OWN } from '../../core/own-actions.ts';

/** The instants of the span that is counted, [$1, $2), as epoch ms. */
const FROM = `to_timestamp($1::float8 / 1000)`;
const TO = `to_timestamp($2::float8 / 1000)`;
const within = (column: string): string => `${column} >= ${FROM} AND ${column} < ${TO}`;

/** The same as `bucketOf` in core/histogram.ts. */
const bucket = (ms: string): string =>
  `CASE WHEN ${ms} < 1 THEN 0 ELSE ceil(ln(least(${ms}, 2592000000)::float8) / ${Math.log(GAMMA)})::int END`;

export const ENVIRONMENT = `CASE WHEN r.source = 'eval' THEN 'eval' ELSE r.environment END`;
const OF_RUN = `r.agent, r.agent_version AS version, r.source AS route, ${ENVIRONMENT} AS environment`;

/** One line: at, scope, measure, value, bucket. What Countersign does itself is no agent's figure. */
const ENDED = `SELECT r.finished_at AS at, ${OF_RUN}, v.measure, v.value, v.bucket
  FROM runs r CROSS JOIN LATERAL (VALUES
    ('run.' || r.status, 0::float8, NULL::int),
    (CASE WHEN r.rehearsal THEN 'run.rehearsal' END, 0, NULL),
    (CASE WHEN r.status <> 'cancelled' THEN 'latency' END, r.worked_ms::float8, ${bucket('r.worked_ms')})
  ) AS v (measure, value, bucket)
  WHERE r.finished_at IS NOT NULL AND ${within('r.finished_at')} AND r.agent <> '${OWN.agent}' AND v.measure IS NOT NULL`;

const LAG = `(extract(epoch FROM r.admitted_at - r.created_at) * 1000)`;
const ADMITTED = `SELECT r.admitted_at, ${OF_RUN}, 'queue_lag', ${LAG}::float8, ${bucket(LAG)}
  FROM runs r WHERE r.admitted_at IS NOT NULL AND ${within('r.admitted_at')} AND r.agent <> '${OWN.agent}'`;

const SPENT = `SELECT s.started_at, ${OF_RUN}, 'cost', s.cost_micros::float8, NULL
  FROM run_steps s JOIN runs r ON r.tenant = s.tenant AND r.run = s.run
  WHERE s.cost_micros > 0 AND ${within('s.started_at')}`;

/** Says the same at any later time: an approval goes on from `approved`, and may be cancelled then. */
const DECIDED_BY_PEOPLE = `a.state ->> 'grant' IS NULL AND (a.status IN
    ('declined','approved','executing','executed','failed','unknown','compensated','lapsed')
  OR a.status = 'cancelled' AND a.decided_at_ms < (a.state -> 'closed' ->> 'atMs')::bigint)`;

const WAITED = `(a.decided_at_ms - (a.state ->> 'createdAtMs')::bigint)`;

/** Approvals that people decided in the span, with the run `r` that asked. */
export const DECIDED = `FROM approvals a JOIN runs r ON r.tenant = a.tenant AND r.run = a.run
  WHERE a.decided_at_ms IS NOT NULL AND a.decided_at_ms >= $1::bigint AND a.decided_at_ms < $2::bigint
    AND a.agent <> '${OWN.agent}' AND a.state -> 'action' ->> 'connector' <> '${OWN.connector}' AND ${DECIDED_BY_PEOPLE}`;

/** An edit starts a new approval in the same lineage, and only the last one of a lineage is decided. */
export const OVERRIDE = `CASE WHEN a.status = 'declined' THEN 'override.declined'
  WHEN jsonb_array_length(a.state -> 'edits') > 0 THEN 'override.edited' END`;

const DECISIONS = `SELECT to_timestamp(a.decided_at_ms::float8 / 1000), ${OF_RUN}, v.measure, v.value, v.bucket
  ${DECIDED.replace(
    'WHERE',
    `CROSS JOIN LATERAL (VALUES ('decision', ${WAITED}::float8, ${bucket(WAITED)}), (${OVERRIDE}, 0, NULL))
    AS v (measure, value, bucket) WHERE v.measure IS NOT NULL AND`,
  )}`;

const SCORED = `SELECT q.scored_at, ${OF_RUN}, CASE WHEN q.score IS NULL THEN 'unscored.' ELSE 'score.' END || q.metric,
    coalesce(q.score, 0), NULL
  FROM run_scores q JOIN runs r ON r.tenant = q.tenant AND r.run = q.run
  WHERE ${within('q.scored_at')} AND q.metric IN (${SCORES.map((name) => `'${name}'`).join(', ')})`;

const HAPPENED = `SELECT e.at, e.agent, coalesce(e.agent_version, r.agent_version, ''), coalesce(r.source, ''),
    coalesce(${ENVIRONMENT}, 'production'), 'event.' || e.kind, 0, NULL
  FROM agent_events e LEFT JOIN runs r ON r.tenant = e.tenant AND r.run = e.run WHERE ${within('e.at')}`;

const PARKED = `SELECT d.since, coalesce(r.agent, '${OWN.agent}'), coalesce(r.agent_version, ''), coalesce(r.source, ''),
    coalesce(${ENVIRONMENT}, 'production'), 'dead_letter', 0, NULL
  FROM dead_letters d LEFT JOIN runs r ON r.tenant = d.tenant AND r.run = d.run WHERE ${within('d.since')}`;

/** Every fact of the span, a row each: (at, agent, version, route, environment, measure, value, bucket). */
export const FACTS = [ENDED, ADMITTED, SPENT, DECISIONS, SCORED, HAPPENED, PARKED].join('\nUNION ALL\n');
