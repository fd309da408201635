import { approveWithCommentForm, declineForm, editForm } from '../cards/approval-forms.ts';
import type { Form } from '../cards/model.ts';
import type { ButtonPayload } from '../cards/payload.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { authorise } from '../core/roles.ts';
import type { ApprovalView, Refusal } from '../core/views.ts';
import type { Stores } from '../platform/stores.ts';
import type { FormToOpen } from './chat.ts';
import type { Who } from './identity.ts';
import { refusal } from './words.ts';

type FormVerb = 'approve_comment' | 'decline' | 'edit';

const FORMS: Readonly<Record<FormVerb, (view: ApprovalView) => Form>> = {
  approve_comment: approveWithCommentForm,
  decline: declineForm,
  edit: editForm,
};

const RIGHTS = { approve_comment: 'approve', decline: 'decline', edit: 'edit' } as const;

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
  if (state.requester === person.id) return { refusal: refusal('own_request') };
  const team = view.people.get(state.requester)?.team ?? null;
  const on = {
    tenant,
    team,
    owner: state.requester,
    assigned: true,
    class: 'restricted',
    environment: 'production',
  } as const;
  if (!authorise(person, RIGHTS[verb], on, tenant).ok)
    return { refusal: refusal('not_permitted', { verb: RIGHTS[verb] }) };
  return { form: FORMS[verb](view), binding: { copy: payload.copy, cardDigest: payload.cardDigest ?? null } };
}
