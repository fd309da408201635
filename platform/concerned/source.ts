import type { ApprovalState } from '../../core/approval/types.ts';
import type { ExplanationSource, ReviewRow } from '../../core/explanation/types.ts';
import type { ApprovalId, TenantId } from '../../core/ids.ts';
import { readQuestion } from '../../core/person-question.ts';
import { viewApproval } from '../approvals/views.ts';
import type { TenantTx } from '../database.ts';
import { readDeeds } from './deeds.ts';

/** An edit makes another request; what was decided is the last of them. */
const DECIDED = `WITH RECURSIVE l AS (
    SELECT approval, state ->> 'supersededBy' AS next FROM approvals WHERE approval = $1
    UNION SELECT a.approval, a.state ->> 'supersededBy' FROM approvals a JOIN l ON a.approval = l.next)
  SELECT approval FROM l WHERE next IS NULL`;

/** A request's reviews: by whoever of the company, and by the person concerned. */
const REVIEWS = `SELECT a.state FROM approvals a JOIN approvals o ON o.run = a.run
  WHERE o.approval = $1 AND a.root = a.approval AND a.call_id IN ('review/' || $1, 'review/' || $1 || '/concerned')
  ORDER BY a.created_at`;

function rowOf(state: ApprovalState): ReviewRow {
  const question = readQuestion(state.action);
  const { id, status, answer, createdAtMs, decidedAtMs, closed } = state;
  return {
    ...{ review: id, status, askedAtMs: createdAtMs },
    by: question?.review?.concerned ? 'concerned' : 'company',
    ...{ value: answer?.value ?? null, reason: answer?.reason ?? null, why: question?.why ?? null },
    endedAtMs: answer?.atMs ?? decidedAtMs ?? closed?.atMs ?? null,
  };
}

/** All that an explanation of a decision is made of, as it is now. */
export async function readSource(
  tx: TenantTx,
  tenant: TenantId,
  named: ApprovalId,
): Promise<ExplanationSource | null> {
  const decided = await tx.row<{ approval: ApprovalId }>({ text: DECIDED, values: [named] });
  const view = decided && (await viewApproval(tx, decided.approval));
  if (decided === null || view === null) return null;
  const { deeds, erased } = await readDeeds(tx, tenant, decided.approval);
  const reviews = await tx.rows<{ state: ApprovalState }>({ text: REVIEWS, values: [decided.approval] });
  const names = await tx.rows<{ name: string }>({ text: 'SELECT name FROM people' });
  return {
    ...{ view, deeds, erased },
    reviews: reviews.map(({ state }) => rowOf(state)),
    names: names.map(({ name }) => name),
  };
}
