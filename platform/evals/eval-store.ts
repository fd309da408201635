import type { EvalId } from '../../core/ids.ts';
import type { Database } from '../database.ts';
import { newId } from '../ids.ts';
import type { EvalStore, EvalView } from '../stores/evals.ts';

const COLUMNS = `e.eval, e.agent, e.agent_version AS "agentVersion", e.prompt_hash AS "promptHash",
  e.cases_hash AS "casesHash", e.model, e.rehearsal, e.source, e.requester, e.origin, e.cases, e.status, e.mean,
  e.cost_micros AS "costMicros",
  (SELECT count(*)::int FROM eval_results r WHERE r.eval = e.eval) AS marked`;
const START = `INSERT INTO eval_runs (tenant, eval, agent, agent_version, prompt_hash, cases_hash, model, rehearsal, source,
    requester, origin, cases) VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;
const SAVE = `INSERT INTO eval_results (tenant, eval, case_id, kind, mark, grades, failure, run, cost_micros, latency_ms)
  SELECT current_tenant(), eval, $2, $3, $4, $5, $6, $7, $8, $9 FROM eval_runs WHERE eval = $1 AND status = 'running'
  ON CONFLICT DO NOTHING`;
/** What is missing counts as 0: an evaluation that lost cases must not look better than one that ran them. */
const FINISH = `UPDATE eval_runs e SET status = $2, finished_at = now(),
    mean = CASE WHEN $2 = 'done' THEN least(1, (SELECT coalesce(sum(r.mark), 0) FROM eval_results r WHERE r.eval = e.eval) / e.cases) END,
    cost_micros = (SELECT coalesce(sum(r.cost_micros), 0) FROM eval_results r WHERE r.eval = e.eval)
  WHERE e.eval = $1 AND e.status = 'running' RETURNING e.eval`;
const BEFORE = `SELECT ${COLUMNS} FROM eval_runs e WHERE e.agent = $1 AND e.rehearsal = $2 AND e.eval < $3
  AND e.status = 'done' ORDER BY e.eval DESC LIMIT 1`;

/** Evaluations in Postgres. */
export const createEvalStore = (db: Database): EvalStore => ({
  start: (tenant, w) =>
    db.inTenant(tenant, async (tx) => {
      const id: EvalId = newId('evl');
      const what = [w.agent, w.agentVersion, w.promptHash, w.casesHash, w.model, w.rehearsal, w.source];
      await tx.rows({ text: START, values: [id, ...what, w.requester, JSON.stringify(w.origin), w.cases] });
      return id;
    }),
  saveResult: (tenant, id, r) =>
    db.inTenant(tenant, async (tx) => {
      const { caseId, kind, mark, failure, run, costMicros, latencyMs } = r;
      const values = [id, caseId, kind, mark, JSON.stringify(r.grades), failure, run, costMicros, latencyMs];
      await tx.rows({ text: SAVE, values });
    }),
  finish: (tenant, id, status) =>
    db.inTenant(tenant, async (tx) => (await tx.rows({ text: FINISH, values: [id, status] })).length > 0),
  view: (tenant, id) =>
    db.inTenant(tenant, (tx) =>
      tx.row<EvalView>({ text: `SELECT ${COLUMNS} FROM eval_runs e WHERE e.eval = $1`, values: [id] }),
    ),
  marks: (tenant, id) =>
    db.inTenant(tenant, async (tx) => {
      const text = 'SELECT case_id AS id, mark FROM eval_results WHERE eval = $1';
      const rows = await tx.rows<{ id: string; mark: number }>({ text, values: [id] });
      return Object.fromEntries(rows.map((row) => [row.id, row.mark]));
    }),
  before: (tenant, than) =>
    db.inTenant(tenant, (tx) =>
      tx.row<EvalView>({ text: BEFORE, values: [than.agent, than.rehearsal, than.eval] }),
    ),
});
