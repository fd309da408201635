import { readResponse } from '../cards/person-question-form.ts';
import type { ApprovalEvent } from '../core/approval/types.ts';
import type { ApprovalId, TenantId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import { readQuestion } from '../core/person-question.ts';
import type { Refusal } from '../core/views.ts';
import type { Recorded, Stores } from '../platform/stores.ts';
import type { Outcome } from './chat.ts';
import { refusal } from './words.ts';

type Shown = Pick<Extract<ApprovalEvent, { kind: 'respond' }>, 'by' | 'via' | 'actionDigest' | 'cardDigest'>;

/** What was typed, read against the question as it was asked; a form that does not fit stays open with its sentence. */
export async function recordResponse(
  { approvals }: Pick<Stores, 'approvals'>,
  { tenant, approval }: { tenant: TenantId; approval: ApprovalId },
  shown: Shown,
  given: { fields: Readonly<Record<string, string>>; language: Language | undefined },
): Promise<Recorded | { refusal: Refusal } | Extract<Outcome, { kind: 'invalid' }>> {
  const state = await approvals.get(tenant, approval);
  if (state === null) return { refusal: refusal('not_found') };
  const question = readQuestion(state.action);
  if (question === null) return { refusal: refusal('wrong_state', { why: 'not-a-question' }) };
  const read = readResponse(question, given.fields, given.language);
  if (!read.ok)
    return { kind: 'invalid', text: Object.values(read.errors).join(' '), fieldErrors: read.errors };
  const { value, reason } = read;
  return approvals.transition(tenant, approval, { kind: 'respond', ...shown, value, reason });
}
