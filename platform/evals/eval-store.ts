import type { JsonObject } from '../../core/canonical-json.ts';
import type { EvalId, PersonId, TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, lockHead } from '../ledger/append.ts';
import { recordEvent } from '../events/agent-event-store.ts';
import { readyEvidence } from './readiness.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import {
  caseRunKey,
  type ActiveAgent,
  type AskedEval,
  type CaseRun,
  type EvalAsked,
  type EvalEnd,
  type EvalResult,
  type EvalStore,
  type EvalView,
  type NewEval,
} from '../stores/evals.ts';
import { evalCardView, intendEvalCard, touchEvalCard } from './eval-cards.ts';

const COLUMNS = `e.eval, e.agent, e.agent_version AS "agentVersion", e.prompt_hash AS "promptHash",
  e.cases_hash AS "casesHash", e.model, e.rehearsal, e.source, e.requester, e.origin, e.cases, e.status, e.mean,
  e.cost_micros AS "costMicros",
  (SELECT count(*)::int FROM eval_results r WHERE r.eval = e.eval) AS marked`;
const START = `INSERT INTO eval_runs (tenant, eval, agent, agent_version, prompt_hash, cases_hash, model, rehearsal, source,
    requester, origin, cases, request_key) VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;
const SAVE = `INSERT INTO eval_results (tenant, eval, case_id, kind, mark, grades, failure, run, cost_micros, latency_ms)
  SELECT current_tenant(), eval, $2, $3, $4, $5, $6, $7, $8, $9 FROM eval_runs WHERE eval = $1 AND status = 'running'
  ON CONFLICT DO NOTHING RETURNING eval`;
/** What is missing counts as 0: an evaluation that lost cases must not look better than one that ran them. */
const FINISH = `UPDATE eval_runs e SET status = $2, why = $3, comparison = $4, metrics = $5, finished_at = now(),
    mean = CASE WHEN $2 = 'done' THEN least(1, (SELECT coalesce(sum(r.mark), 0) FROM eval_results r WHERE r.eval = e.eval) / e.cases) END,
    cost_micros = (SELECT coalesce(sum(r.cost_micros), 0) FROM eval_results r WHERE r.eval = e.eval)
  WHERE e.eval = $1 AND e.status = 'running'
  RETURNING e.agent, e.agent_version AS "agentVersion", e.source, e.mean, e.cost_micros AS "costMicros", e.cases, e.rehearsal`;
const BEFORE = `SELECT ${COLUMNS} FROM eval_runs e WHERE e.agent = $1 AND e.rehearsal = $2 AND e.eval < $3
  AND e.status = 'done' AND e.mean >= $4 ORDER BY e.eval DESC LIMIT 1`;
const SAME_REQUEST = 'SELECT eval FROM eval_runs WHERE request_key = $1';
/** One that a command began and left behind with its process keeps nobody from asking in chat. */
const GOES_ON = `SELECT eval FROM eval_runs WHERE agent = $1 AND agent_version = $2 AND status = 'running' AND source = 'chat' LIMIT 1`;
const CASE_RUNS = `SELECT c.id AS "caseId", r.run, r.finished_at IS NOT NULL AS over,
    (extract(epoch FROM now() - r.created_at) * 1000)::float8 AS "ageMs"
  FROM unnest($1::text[], $2::text[]) AS c(id, key) JOIN runs r ON r.dedupe_key = c.key`;

/** Ids of evaluations follow the ledger, so that the last before one is the last that was begun before it. */
async function begin(tx: TenantTx, tenant: TenantId, w: NewEval, requestKey: string | null): Promise<EvalId> {
  const id: EvalId = newId('evl');
  const what = [w.agent, w.agentVersion, w.promptHash, w.casesHash, w.model, w.rehearsal, w.source];
  const values = [id, ...what, w.requester, JSON.stringify(w.origin), w.cases, requestKey];
  await append(tx, tenant, {
    ...{ kind: 'eval.started', subject: id, run: null, actor: w.requester },
    body: {
      ...{ agent: w.agent, agentVersion: w.agentVersion, cases: w.cases, source: w.source },
      ...{ model: w.model, rehearsal: w.rehearsal },
    },
  });
  await tx.rows({ text: START, values });
  return id;
}

async function ask(tx: TenantTx, tenant: TenantId, wanted: AskedEval): Promise<EvalAsked> {
  const { requestKey, agent, agentVersion } = wanted;
  // Two that ask at the same time follow each other, and the second finds the first.
  await lockHead(tx, tenant);
  const same = await tx.row<{ eval: EvalId }>({ text: SAME_REQUEST, values: [requestKey] });
  if (same) return same;
  const goesOn = await tx.row<{ eval: EvalId }>({ text: GOES_ON, values: [agent, agentVersion] });
  if (goesOn) {
    // should its workflow have been ended by somebody, it goes on
    await sendOut(tx, [{ topic: 'intake', key: goesOn.eval, payload: { eval: goesOn.eval } }]);
    return { running: goesOn.eval };
  }
  const id = await begin(tx, tenant, wanted, requestKey);
  // nobody waits for what the schedule asks for: a regression is told as an incident
  if (wanted.source !== 'schedule') await intendEvalCard(tx, id, wanted);
  await sendOut(tx, [{ topic: 'intake', key: id, payload: { eval: id } }]);
  return { eval: id };
}

async function save(tx: TenantTx, id: EvalId, r: EvalResult): Promise<void> {
  const { caseId, kind, mark, failure, run, costMicros, latencyMs } = r;
  const values = [id, caseId, kind, mark, JSON.stringify(r.grades), failure, run, costMicros, latencyMs];
  if ((await tx.rows({ text: SAVE, values })).length > 0) await touchEvalCard(tx, id, false);
}

interface Ended {
  readonly agent: string;
  readonly agentVersion: string;
  readonly mean: number | null;
  readonly costMicros: number;
  readonly cases: number;
  readonly rehearsal: boolean;
  readonly source: NewEval['source'];
}

/** The agents that ran in the last month, each in the version that is active. */
const ACTIVE = `SELECT DISTINCT ON (v.agent) v.agent, v.active AS version, r.rehearsal FROM agent_versions v
  JOIN LATERAL (SELECT x.rehearsal FROM runs x WHERE x.agent = v.agent AND x.environment = 'production' AND x.source <> 'eval'
    AND x.created_at > now() - interval '30 days' ORDER BY x.created_at DESC LIMIT 1) r ON true
  WHERE v.environment = 'production' ORDER BY v.agent, v.revision DESC`;

/** Worse than chance explains, where nobody asked for it and so nobody looks. */
async function tellWorse(tx: TenantTx, id: EvalId, ended: Ended, { comparison }: EvalEnd): Promise<void> {
  if (ended.source !== 'schedule' || comparison?.verdict !== 'worse') return;
  const { agent, agentVersion: version } = ended;
  const { difference, low, high, shared } = comparison;
  await recordEvent(tx, {
    ...{ agent, version, run: null, kind: 'eval_worse', key: id },
    detail: { difference: difference.toFixed(4), low: low.toFixed(4), high: high.toFixed(4), shared },
  });
}

async function finish(tx: TenantTx, tenant: TenantId, id: EvalId, end: EvalEnd): Promise<boolean> {
  const { status, why = null, comparison = null, metrics = null } = end;
  const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
  await lockHead(tx, tenant);
  const values = [id, status, why, json(comparison), json(metrics)];
  const ended = await tx.row<Ended>({ text: FINISH, values });
  if (!ended) return false;
  const { mean, ...rest } = ended;
  const body: JsonObject = {
    ...{ ...rest, status },
    ...(mean === null ? {} : { mean: mean.toFixed(3) }),
    ...(why === null ? {} : { why }),
  };
  const nobody: PersonId | null = null;
  await append(tx, tenant, { kind: 'eval.finished', subject: id, run: null, actor: nobody, body });
  await touchEvalCard(tx, id, true);
  await tellWorse(tx, id, ended, end);
  return true;
}

/** Evaluations in Postgres; the only writer of them. `wake` tells the dispatcher that there is something to send. */
export const createEvalStore = (db: Database, wake: () => void): EvalStore => ({
  start: (tenant, wanted) => db.inTenant(tenant, (tx) => begin(tx, tenant, wanted, null)),
  async ask(tenant, wanted) {
    const asked = await db.inTenant(tenant, (tx) => ask(tx, tenant, wanted));
    wake();
    return asked;
  },
  async saveResult(tenant, id, result) {
    await db.inTenant(tenant, (tx) => save(tx, id, result));
    wake();
  },
  async finish(tenant, id, end) {
    const ended = await db.inTenant(tenant, (tx) => finish(tx, tenant, id, end));
    wake();
    return ended;
  },
  view: (tenant, id) =>
    db.inTenant(tenant, (tx) =>
      tx.row<EvalView>({ text: `SELECT ${COLUMNS} FROM eval_runs e WHERE e.eval = $1`, values: [id] }),
    ),
  card: (tenant, id) => db.inTenant(tenant, (tx) => evalCardView(tx, id)),
  caseRuns: (tenant, id, caseIds) =>
    db.inTenant(tenant, (tx) => {
      const keys = caseIds.map((caseId) => caseRunKey(id, caseId));
      return tx.rows<CaseRun>({ text: CASE_RUNS, values: [caseIds, keys] });
    }),
  marks: (tenant, id) =>
    db.inTenant(tenant, async (tx) => {
      const text = 'SELECT case_id AS id, mark FROM eval_results WHERE eval = $1';
      const rows = await tx.rows<{ id: string; mark: number }>({ text, values: [id] });
      return Object.fromEntries(rows.map((row) => [row.id, row.mark]));
    }),
  readiness: (tenant, agent) => db.inTenant(tenant, (tx) => readyEvidence(tx, agent)),
  active: (tenant) => db.inTenant(tenant, (tx) => tx.rows<ActiveAgent>({ text: ACTIVE })),
  before: (tenant, than) =>
    db.inTenant(tenant, (tx) =>
      tx.row<EvalView>({ text: BEFORE, values: [than.agent, than.rehearsal, than.eval, than.atLeast ?? 0] }),
    ),
});
