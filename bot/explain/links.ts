import { isQuestion } from '../../core/person-question.ts';
import type { ApprovalId } from '../../core/ids.ts';
import type { Explanation } from '../../core/explanation/types.ts';
import type { Acting, Refused } from '../acting.ts';
import { decisionFor, type Decision } from '../ask-review.ts';
import { flaggedTo, mayOnRun } from '../visible-runs.ts';
import { refusal } from '../words.ts';
import { readExplanation } from './read-explanation.ts';

export const REVIEW_PAGE = '/link/review';
export const USUAL_LINK_DAYS = 30;
export const MOST_LINK_DAYS = 90;

/** A decision that this person may see, in plain words; the same for a command and for the API. */
export async function explanationFor(
  context: Acting,
  said: string,
): Promise<{ readonly told: Explanation; readonly decision: Decision } | Refused> {
  const decision = await decisionFor(context, said, 'explain');
  if ('refusal' in decision) return decision;
  const state = await context.stores.approvals.get(context.tenant, decision.approval);
  // What is asked of people signs nothing: there is no decision in it to explain.
  if (state !== null && isQuestion(state.action))
    return { refusal: refusal('wrong_state', { status: state.status }), subject: decision.approval };
  const told = await readExplanation(context, context.tenant, decision.approval);
  return told === null ? { refusal: refusal('not_found') } : { told, decision };
}

/** May they hand what is explained to somebody outside: the roles table's own row. */
export const mayInvite = async (context: Acting, { view }: Decision): Promise<boolean> =>
  mayOnRun(context, 'invite-review', view, await flaggedTo(context, [view]));

async function invitable(context: Acting, said: string): Promise<Explanation | Refused> {
  const found = await explanationFor(context, said);
  if ('refusal' in found) return found;
  if (!(await mayInvite(context, found.decision)))
    return { refusal: refusal('not_permitted', { verb: 'invite-review' }), subject: found.told.approval };
  return found.told;
}

export interface MadeLink {
  readonly approval: ApprovalId;
  readonly url: string;
  readonly expiresAtMs: number;
}

/** A link for the person concerned, of a decision that was made. */
export async function makeReviewLink(
  context: Acting,
  said: string,
  days: number,
): Promise<MadeLink | Refused> {
  const told = await invitable(context, said);
  if ('refusal' in told) return told;
  const { approval, status } = told;
  if (status === 'pending') return { refusal: refusal('wrong_state', { status }), subject: approval };
  const { stores, tenant, person, site } = context;
  if (site === null) return { refusal: refusal('wrong_state', { why: 'no-pages' }), subject: approval };
  const made = await stores.concerned.makeLink(tenant, { approval, by: person.id, days });
  if (made === null) return { refusal: refusal('not_found') };
  const { secret, expiresAtMs } = made;
  return { approval, url: `${site.origin}${REVIEW_PAGE}?t=${encodeURIComponent(secret)}`, expiresAtMs };
}

/** Takes back every link of a decision that still holds. */
export async function revokeReviewLinks(
  context: Acting,
  said: string,
): Promise<{ readonly approval: ApprovalId; readonly revoked: number } | Refused> {
  const told = await invitable(context, said);
  if ('refusal' in told) return told;
  const { stores, tenant, person } = context;
  const revoked = await stores.concerned.revokeLinks(tenant, told.approval, person.id);
  return { approval: told.approval, revoked };
}
