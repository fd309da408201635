import { GOLDEN_THRESHOLD } from '../../core/evals/evaluation.ts';
import type { GoldenCase } from '../../core/evals/golden-case.ts';
import type { TenantId } from '../../core/ids.ts';
import type { ReadyEvidence } from '../../core/ready/evidence.ts';
import { openDatabase, type TenantTx } from '../database.ts';
import { acceptedCases } from '../golden/golden-store.ts';
import { DB_NOW_MS } from '../ledger/append.ts';

const ms = (what: string): string => `floor(extract(epoch FROM ${what}) * 1000)::float8`;

const EVALUATION = `SELECT e.eval AS id, ${ms('e.finished_at')} AS "atMs", e.model, e.rehearsal, e.prompt_hash AS "promptHash",
    e.cases_hash AS "casesHash", e.mean, e.cases, r.passing, r."noAnswer", r."refusedRightly"
  FROM eval_runs e CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE mark >= ${GOLDEN_THRESHOLD})::int AS passing,
      count(*) FILTER (WHERE kind = 'no-answer')::int AS "noAnswer",
      count(*) FILTER (WHERE kind = 'no-answer' AND mark >= ${GOLDEN_THRESHOLD})::int AS "refusedRightly"
    FROM eval_results r WHERE r.eval = e.eval) r
  WHERE e.agent = $1 AND e.agent_version = $2 AND e.status = 'done' ORDER BY e.rehearsal, e.finished_at DESC LIMIT 1`;

const SCHEDULED = `SELECT e.eval AS id, ${ms('e.finished_at')} AS "atMs", e.rehearsal FROM eval_runs e
  WHERE e.agent = $1 AND e.agent_version = $2 AND e.status = 'done' AND e.source = 'schedule'
  ORDER BY e.rehearsal, e.finished_at DESC LIMIT 1`;

/** A week of live work in production: neither an evaluation's nor a sandbox's. */
const LIVE = `r.agent = $1 AND r.agent_version = $2 AND r.source <> 'eval' AND r.environment = 'production'`;
const ENDED = `${LIVE} AND r.status IN ('done', 'refused', 'failed') AND r.finished_at >= now() - interval '7 days'`;

const RUNS = `SELECT count(*) FILTER (WHERE NOT r.rehearsal)::int AS n, count(*) FILTER (WHERE r.rehearsal)::int AS rehearsed,
    count(*) FILTER (WHERE r.status = 'refused' AND NOT r.rehearsal)::int AS refused,
    coalesce(sum(c.micros) FILTER (WHERE NOT r.rehearsal), 0)::float8 AS "spentMicros",
    coalesce(max(c.micros) FILTER (WHERE NOT r.rehearsal), 0)::float8 AS "dearestMicros",
    ${ms('max(r.finished_at) FILTER (WHERE NOT r.rehearsal)')} AS "lastMs"
  FROM runs r CROSS JOIN LATERAL (SELECT coalesce(sum(s.cost_micros), 0) AS micros FROM run_steps s WHERE s.run = r.run) c
  WHERE ${ENDED}`;

const BUSIEST = `SELECT ${ms(`date_trunc('hour', r.finished_at)`)} AS "atMs", count(*)::int AS n,
    percentile_disc(0.95) WITHIN GROUP (ORDER BY r.worked_ms)::float8 AS "p95Ms"
  FROM runs r WHERE ${ENDED} AND NOT r.rehearsal GROUP BY date_trunc('hour', r.finished_at) ORDER BY n DESC, 1 DESC LIMIT 1`;

/** From the request to the last guard: the span that began it, what was asked of a model, and each request to people. */
const TRACES = `SELECT count(*)::int AS n, ${ms('max(t.finished_at)')} AS "lastMs", count(*) FILTER (WHERE t.traceparent IS NOT NULL
      AND EXISTS (SELECT 1 FROM run_steps s WHERE s.run = t.run AND s.kind = 'guard')
      AND EXISTS (SELECT 1 FROM run_steps s WHERE s.run = t.run AND s.kind = 'model' AND s.model IS NOT NULL)
      AND (NOT EXISTS (SELECT 1 FROM approvals a WHERE a.run = t.run)
        OR EXISTS (SELECT 1 FROM run_steps s WHERE s.run = t.run AND s.kind = 'approval')))::int AS whole
  FROM (SELECT r.run, r.finished_at, r.traceparent FROM runs r WHERE ${ENDED} AND r.status = 'done' AND NOT r.rehearsal
    ORDER BY r.finished_at DESC LIMIT 20) t`;

const SIGNALS = `jsonb_path_query_array(a.evidence, '$.assessment.signals[*].citation')`;
const CARDS = `SELECT count(*)::int AS n, ${ms('max(a.created_at)')} AS "lastMs",
    count(*) FILTER (WHERE jsonb_array_length(${SIGNALS}) > 0
      AND ${SIGNALS} <@ jsonb_path_query_array(a.evidence, '$.sources[*].citation'))::int AS cited,
    count(*) FILTER (WHERE jsonb_typeof(a.evidence #> '{assessment,confidence}') = 'number')::int AS sure,
    count(*) FILTER (WHERE a.effect = 'irreversible')::int AS irreversible,
    count(*) FILTER (WHERE a.effect = 'irreversible' AND a.status IN ('approved', 'executing', 'executed', 'failed', 'unknown', 'compensated')
      AND jsonb_array_length(coalesce(a.state -> 'signatures', '[]')) = 0)::int AS unsigned
  FROM approvals a JOIN runs r ON r.tenant = a.tenant AND r.run = a.run
  WHERE ${LIVE} AND NOT r.rehearsal AND a.created_at >= now() - interval '7 days'`;

/** All that one version's readiness is judged by. */
export async function readyEvidence(
  tx: TenantTx,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<ReadyEvidence> {
  const values = [name, version];
  const one = <T extends object>(text: string): Promise<T | null> => tx.row<T>({ text, values });
  const always = async <T extends object>(text: string): Promise<T> => {
    const row = await one<T>(text);
    if (row === null) throw new Error('a count came without a row');
    return row;
  };
  const clock = await tx.row<{ atMs: number }>({ text: `SELECT ${DB_NOW_MS} AS "atMs"` });
  return {
    atMs: clock?.atMs ?? 0,
    evaluation: await one(EVALUATION),
    runs: await always(RUNS),
    busiest: await one(BUSIEST),
    traces: await always(TRACES),
    cards: await always(CARDS),
    scheduled: await one(SCHEDULED),
  };
}

/** What a store knows of an agent's readiness; it is read for the command alone, and changes nothing. */
export interface ReadinessStore {
  evidence(
    tenant: TenantId,
    agent: { readonly name: string; readonly version: string },
  ): Promise<ReadyEvidence>;
  /** The cases of the company's own, which its evaluations play too. */
  accepted(tenant: TenantId, agent: string): Promise<readonly GoldenCase[]>;
  close(): Promise<void>;
}

export function openReadiness({ appUrl }: { readonly appUrl: string }): ReadinessStore {
  const db = openDatabase(appUrl);
  return {
    evidence: (tenant, agent) => db.inTenant(tenant, (tx) => readyEvidence(tx, agent)),
    accepted: (tenant, agent) => db.inTenant(tenant, (tx) => acceptedCases(tx, agent)),
    close: () => db.close(),
  };
}
