import type pg from 'pg';

export interface Planted {
  readonly tenant: string;
  readonly runs: number;
  readonly days: number;
}

/** A number between 0 and 1 for each row, the same every time. */
const chance = (salt: number): string => `(abs(hashint8extended(i, ${salt})) % 1000000 / 1000000.0)`;

const RUNS = `INSERT INTO runs (tenant, run, agent, agent_version, agent_class, status, requester, team, source, input_label, input_ref,
    budget_micros, created_at, admitted_at, finished_at, worked_ms, cost_micros)
  SELECT $1, 'run_' || lpad(i::text, 26, '0'), (ARRAY['fraud-review','refunds','access','purchasing','triage'])[1 + i % 5],
    CASE WHEN ${chance(1)} < 0.9 THEN '1.0.0' ELSE '1.1.0' END, 'standard', CASE WHEN ${chance(2)} < 0.01 THEN 'failed' ELSE 'done' END,
    'per_x', 'claims', (ARRAY['slack','teams','api'])[1 + (i / 5) % 3], 'x', 'x', 0, t.at - interval '1 minute',
    t.at - interval '50 seconds' + interval '10 seconds' * ${chance(3)}, t.at, (500 + 8000 * power(${chance(4)}, 3))::bigint, 9000
  FROM generate_series($4::bigint, $5::bigint) i,
    LATERAL (SELECT now() - make_interval(secs => ($2::float8 - i) / $2::float8 * $3::float8 * 86400) AS at) t`;

const STEPS = `INSERT INTO run_steps (tenant, run, key, kind, name, label, ok, cost_micros, started_at)
  SELECT tenant, run, 'model-1', 'model', 'reason', 'answers', true, cost_micros, finished_at - interval '5 seconds' FROM runs
  WHERE tenant = $1 AND run BETWEEN $2 AND $3`;

const APPROVALS = `INSERT INTO approvals (tenant, approval, run, call_id, root, status, version, state, evidence, requester, agent, tool, effect,
    involved, first_seq, last_seq, decide_by)
  SELECT tenant, replace(run, 'run_', 'apr_'), run, 'c', replace(run, 'run_', 'apr_'),
    CASE WHEN h < 8 THEN 'declined' ELSE 'executed' END, 1,
    jsonb_build_object('decidedAtMs', ms, 'createdAtMs', ms - 600000, 'grant', NULL, 'edits', '[]'::jsonb,
      'action', jsonb_build_object('connector', 'insurer'), 'closed', NULL),
    '{}', 'per_x', agent, 'settle_claim', 'irreversible', '{}', 1, 1, now()
  FROM (SELECT *, abs(hashtextextended(run, 5)) % 100 AS h, (extract(epoch FROM finished_at) * 1000)::bigint AS ms FROM runs
    WHERE tenant = $1 AND run BETWEEN $2 AND $3 AND abs(hashtextextended(run, 6)) % 10 = 0) r`;

const SCORES = `INSERT INTO run_scores (tenant, run, metric, score, judge, rehearsal, scored_at)
  SELECT tenant, run, 'faithfulness', 0.9 + (abs(hashtextextended(run, 7)) % 100) / 1000.0, 'judge', false, finished_at FROM runs
  WHERE tenant = $1 AND run BETWEEN $2 AND $3 AND abs(hashtextextended(run, 8)) % 20 = 0`;

const EVENTS = `INSERT INTO agent_events (tenant, event, at, agent, run, kind, key)
  SELECT tenant, 'evt_' || run, finished_at, agent, run, 'guardrail', run FROM runs
  WHERE tenant = $1 AND run BETWEEN $2 AND $3 AND abs(hashtextextended(run, 9)) % 100 = 0`;

const CHUNK = 100_000;
const idOf = (i: number): string => `run_${String(i).padStart(26, '0')}`;

/** Runs evenly over the days before now, with what is counted about them: written past every door. */
export async function plantRuns(db: pg.Pool, { tenant, runs, days }: Planted): Promise<void> {
  for (let from = 1; from <= runs; from += CHUNK) {
    const to = Math.min(runs, from + CHUNK - 1);
    await db.query(RUNS, [tenant, runs, days, from, to]);
    for (const text of [STEPS, APPROVALS, SCORES, EVENTS])
      await db.query(text, [tenant, idOf(from), idOf(to)]);
  }
  await db.query('ANALYZE runs, run_steps, approvals, run_scores, agent_events');
}
