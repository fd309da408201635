import {
  answerForm,
  approveWithCommentForm,
  askForm,
  declineForm,
  editForm,
} from '../cards/approval-forms.ts';
import type { Form } from '../cards/model.ts';
import type { ButtonPayload } from '../cards/payload.ts';
import { openQuestions } from '../core/approval/card-subjects.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { authorise } from '../core/roles.ts';
import type { ApprovalView, Refusal } from '../core/views.ts';
import type { Stores } from '../platform/stores.ts';
import type { FormToOpen } from './chat.ts';
import type { Who } from './identity.ts';
import { refusal, SAY } from './words.ts';

/** The buttons that open a form. */
export type FormVerb = 'approve_comment' | 'decline' | 'edit' | 'ask' | 'answer';

const FORMS: Readonly<Record<FormVerb, (view: ApprovalView) => Form>> = {
  approve_comment: approveWithCommentForm,
  decline: declineForm,
  edit: editForm,
  ask: askForm,
  answer: answerForm,
};

/** To ask is part of deciding: whoever may sign may ask. */
const RIGHTS = {
  approve_comment: 'approve',
  decline: 'decline',
  edit: 'edit',
  ask: 'approve',
  answer: 'answer',
} as const;

/** Why there is nothing left to decide on this card, or null. The machine judges again when the form comes back. */
function whyClosed(state: ApprovalState): Refusal | null {
  if (state.status === 'pending') return null;
  if (state.status === 'superseded')
    return refusal('superseded', state.supersededBy === null ? {} : { successor: state.supersededBy });
  if (state.status === 'expired' || state.status === 'lapsed') return refusal(state.status);
  const by = state.declined?.person ?? state.closed?.by;
  const atMs = state.decidedAtMs;
  return refusal('already_decided', {
    status: state.status,
    ...(by ? { by } : {}),
    ...(atMs === null ? {} : { atMs }),
  });
}

/** The form behind a button, or why this person gets none. Changes nothing. */
export async function formFor(
  stores: Stores,
  { tenant, person }: Extract<Who, { ok: true }>,
  verb: FormVerb,
  payload: ButtonPayload,
): Promise<FormToOpen | { refusal: Refusal }> {
  const view = await stores.approvals.view(tenant, payload.approval);
  if (view === null) return { refusal: refusal('not_found') };
  const { state } = view;
  const closed = whyClosed(state);
  if (closed !== null) return { refusal: closed };
  if (payload.actionDigest !== state.actionDigest) return { refusal: refusal('digest_mismatch') };
  const isOwn = state.requester === person.id;
  // Only the answer is the requester's to give; all else is for those who may sign.
  if (isOwn && verb !== 'answer') return { refusal: refusal('own_request') };
  const team = view.people.get(state.requester)?.team ?? null;
  const on = {
    tenant,
    team,
    owner: state.requester,
    assigned: verb !== 'answer' || isOwn,
    class: 'restricted',
    environment: 'production',
  } as const;
  if (!authorise(person, RIGHTS[verb], on, tenant).ok)
    return { refusal: refusal('not_permitted', { verb: RIGHTS[verb] }) };
  if (verb === 'answer' && openQuestions(state).length === 0)
    return { refusal: refusal('wrong_state', { why: SAY.nothingAsked }) };
  return { form: FORMS[verb](view), binding: { copy: payload.copy, cardDigest: payload.cardDigest ?? null } };
}
