import type { ApprovalState } from '../../core/approval/types.ts';
import type { Evidence } from '../../core/contract.ts';
import type { ApprovalId, PersonId } from '../../core/ids.ts';
import type { ApprovalView } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import { namedPeople } from '../named-people.ts';
import { involvedIn } from './read.ts';

interface ViewRow {
  state: ApprovalState;
  evidence: Evidence;
  agent: string;
  first: number;
  last: number;
  micros: number;
  workingMs: number;
  steps: number;
}

const VIEW = `SELECT a.state, a.evidence, a.agent, a.last_seq AS last, r.cost_micros AS micros,
    (SELECT min(l.first_seq) FROM approvals l WHERE l.root = a.root) AS first,
    s.steps, s.working AS "workingMs"
  FROM approvals a JOIN runs r ON r.tenant = a.tenant AND r.run = a.run
  CROSS JOIN LATERAL (
    SELECT count(*) AS steps, coalesce(sum(latency_ms), 0)::bigint AS working FROM run_steps t
    WHERE t.run = a.run AND t.kind <> 'approval') s
  WHERE a.approval = $1`;

/** Everyone whose name a card may have to say: who took part, and whom the policy names in person. */
function mentioned(state: ApprovalState): PersonId[] {
  const { stages, escalateTo } = state.policy.requirement;
  const selectors = [...stages.flatMap((s) => s.who), ...escalateTo];
  const closer = state.closed?.by ? [state.closed.by] : [];
  const named = selectors.flatMap((s) => (s.kind === 'person' ? [s.person] : []));
  const answerers = state.questions.flatMap((q) => (q.answeredBy ? [q.answeredBy] : []));
  return [...involvedIn(state), ...answerers, ...state.edits.map((e) => e.person), ...closer, ...named];
}

/** Everything that a card of this approval is made of, as it is now. */
export async function viewApproval(tx: TenantTx, approval: ApprovalId): Promise<ApprovalView | null> {
  const row = await tx.row<ViewRow>({ name: 'view_approval', text: VIEW, values: [approval] });
  if (!row) return null;
  const { state, evidence, agent, first, last, micros, workingMs, steps } = row;
  return {
    state,
    evidence,
    agent,
    people: await namedPeople(tx, mentioned(state)),
    cost: { micros, workingMs, steps },
    ledger: { first, last },
    executedBy: '',
  };
}
