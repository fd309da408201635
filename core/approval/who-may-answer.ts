import type { PersonId } from '../ids.ts';
import { readQuestion } from '../person-question.ts';
import { authorise } from '../roles.ts';
import { refused, type Refused } from './outcome.ts';
import type { ApprovalContext, ApprovalState } from './types.ts';
import { askedIn, eligible, namedByRequester, resourceOf } from './who-may-sign.ts';

/** To grant an exception is to decide, so nobody does it for themselves; to correct or to choose is to know. */
export const requesterMayAnswer = ({ action }: ApprovalState): boolean =>
  readQuestion(action)?.kind !== 'grant_exception';

/** Whom an agent's question asks, in their own right or by delegation; not everybody who may answer it. */
export function isAskedToAnswer(state: ApprovalState, ctx: ApprovalContext, by: PersonId): boolean {
  if (whyNotAnswerer(state, ctx, by) !== null) return false;
  const person = ctx.people.get(by);
  const who = askedIn(state.policy.requirement, 0, state.escalatedAtMs !== null);
  return (
    by === state.requester ||
    state.delegations.some(({ to }) => to === by) ||
    (person !== undefined && eligible(person, who))
  );
}

/**
 * Why this person may not answer an agent's question, by their rights of now; null when they may: whoever was named, the
 * requester (never about an exception of their own), and whoever else the roles table lets.
 */
export function whyNotAnswerer(state: ApprovalState, ctx: ApprovalContext, by: PersonId): Refused | null {
  const person = ctx.people.get(by);
  const own = by === state.requester;
  if (own && !requesterMayAnswer(state)) return refused('own_request');
  // Whoever decided does not review it, whatever their role.
  if (readQuestion(state.action)?.review?.decidedBy.includes(by)) return refused('not_asked');
  if (!ctx.requirementNow) return refused('policy_unreadable');
  if (!requesterMayAnswer(state) && namedByRequester(state, ctx, by)) return refused('delegate_not_allowed');
  const who = askedIn(state.policy.requirement, 0, state.escalatedAtMs !== null);
  const named = person !== undefined && (own || eligible(person, who));
  if (person && authorise(person, 'answer', resourceOf(state, ctx, named), state.tenant).ok) return null;
  return named ? refused('not_permitted', { verb: 'answer' }) : refused('not_asked');
}
