import {
  answerForm,
  approveWithCommentForm,
  askForm,
  breakGlassForm,
  declineForm,
  delegateForm,
  editForm,
} from '../cards/approval-forms.ts';
import { respondForm } from '../cards/person-question-form.ts';
import type { Form, FormVerb } from '../cards/model.ts';
import { snoozeForm } from '../cards/snooze-form.ts';
import type { ButtonPayload } from '../cards/payload.ts';
import { openQuestions } from '../core/approval/card-subjects.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { requesterMayAnswer } from '../core/approval/who-may-answer.ts';
import { eligible } from '../core/approval/who-may-sign.ts';
import { isQuestion } from '../core/person-question.ts';
import type { Language } from '../core/language.ts';
import type { Person } from '../core/people.ts';
import { authorise, type Resource } from '../core/roles.ts';
import type { ApprovalView, Refusal } from '../core/views.ts';
import type { Stores } from '../platform/stores.ts';
import type { FormToOpen } from './chat.ts';
import type { Who } from './identity.ts';
import { refusal } from './words.ts';

const FORMS: Readonly<
  Record<Exclude<FormVerb, 'delegate' | 'snooze'>, (view: ApprovalView, language?: Language) => Form | null>
> = {
  approve_comment: approveWithCommentForm,
  decline: declineForm,
  edit: editForm,
  ask: askForm,
  answer: answerForm,
  break_glass: breakGlassForm,
  respond: respondForm,
};

/** To ask and to put off is part of deciding: whoever may sign may do it. */
const RIGHTS = {
  approve_comment: 'approve',
  decline: 'decline',
  edit: 'edit',
  ask: 'approve',
  answer: 'answer',
  delegate: 'delegate',
  snooze: 'approve',
  break_glass: 'break-glass',
  respond: 'answer',
} as const;

/** Why there is nothing left to decide on this card, or null. The machine judges again when the form comes back. */
export function whyClosed(state: ApprovalState): Refusal | null {
  if (state.status === 'pending') return null;
  if (state.status === 'superseded')
    return refusal('superseded', state.supersededBy === null ? {} : { successor: state.supersededBy });
  if (state.status === 'expired' || state.status === 'lapsed') return refusal(state.status);
  const by = state.declined?.person ?? state.answer?.person ?? state.closed?.by;
  const atMs = state.decidedAtMs;
  return refusal('already_decided', {
    status: state.status,
    ...(by ? { by } : {}),
    ...(atMs === null ? {} : { atMs }),
  });
}

/** More names than a form holds; a chat with a picker of its own is not bound by them. */
const NAMES_AT_MOST = 150;

/** Does the policy ask this person, the senior group included once it was escalated. */
function isNamed({ policy, escalatedAtMs }: ApprovalState, person: Person): boolean {
  const { stages, escalateTo } = policy.requirement;
  const asked = [...stages.flatMap(({ who }) => who), ...(escalatedAtMs === null ? [] : escalateTo)];
  return eligible(person, asked);
}

/** Those whom a delegation could go to, for a list; the machine judges whoever was chosen. */
async function whoElseMaySign(
  stores: Stores,
  state: ApprovalState,
  { person, on }: { person: Person; on: Resource },
): Promise<Person[]> {
  const verb = isQuestion(state.action) ? 'answer' : 'approve';
  const everyone = await stores.people.everyone(on.tenant);
  return everyone
    .filter(({ id }) => id !== person.id && id !== state.requester)
    .filter((one) => isNamed(state, one) && authorise(one, verb, { ...on, assigned: true }, on.tenant).ok)
    .slice(0, NAMES_AT_MOST);
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
  // Only an answer is the requester's to give, or to put off; all else is for those who may sign.
  const answering = verb === 'respond' || (verb === 'snooze' && isQuestion(state.action));
  const mayBeOwn = verb === 'answer' || (answering && requesterMayAnswer(state));
  if (isOwn && !mayBeOwn) return { refusal: refusal('own_request') };
  const team = view.people.get(state.requester)?.team ?? null;
  const on = {
    tenant,
    team,
    owner: state.requester,
    assigned: answering ? isOwn || isNamed(state, person) : verb !== 'answer' || isOwn,
    class: 'restricted',
    environment: 'production',
  } as const;
  const right = answering ? 'answer' : RIGHTS[verb];
  if (!authorise(person, right, on, tenant).ok)
    return {
      refusal: answering && !on.assigned ? refusal('not_asked') : refusal('not_permitted', { verb: right }),
    };
  if (verb === 'break_glass' && !state.policy.requirement.breakGlass)
    return { refusal: refusal('break_glass_not_allowed') };
  if (verb === 'answer' && openQuestions(state).length === 0)
    return { refusal: refusal('wrong_state', { why: 'nothing-asked' }) };
  const binding = { copy: payload.copy, cardDigest: payload.cardDigest ?? null };
  if (verb === 'snooze') return { form: snoozeForm(view, { ...person, nowMs: Date.now() }), binding };
  if (verb !== 'delegate') {
    const form = FORMS[verb](view, person.language);
    return form === null ? { refusal: refusal('wrong_state', { why: 'not-a-question' }) } : { form, binding };
  }
  const others = await whoElseMaySign(stores, state, { person, on });
  return others.length === 0
    ? { refusal: refusal('wrong_state', { why: 'nobody-else' }) }
    : { form: delegateForm(view, others, person.language), binding };
}
