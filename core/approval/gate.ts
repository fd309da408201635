import { actionDigest } from '../action.ts';
import type { Sha256 } from '../canonical-json.ts';
import type { PersonId } from '../ids.ts';
import { tallyOf } from '../sentences.ts';
import { isQuestion } from '../person-question.ts';
import { refused, type Refused } from './outcome.ts';
import { askedAnywhere, requirementsOf } from './quorum.ts';
import { expired, pastDeadline } from './timers.ts';
import type { ApprovalContext, ApprovalState } from './types.ts';
import { whyNotAnswerer } from './who-may-answer.ts';
import { countsFor, eligible, namedByRequester } from './who-may-sign.ts';

/** Who settled it, for "already decided by ...". */
function settledBy(state: ApprovalState): PersonId | null {
  if (state.declined) return state.declined.person;
  if (state.answer) return state.answer.person;
  if (state.breakGlass) return state.breakGlass.person;
  return state.closed?.by ?? state.signatures.at(-1)?.person ?? null;
}

/** Why nothing can be decided on it any more, or null while it is pending and in time. */
export function whyOver(state: ApprovalState, nowMs: number): Refused | null {
  if (state.status === 'pending') {
    if (!pastDeadline(state, nowMs)) return null;
    return { ...refused('expired', { atMs: nowMs, ...counts(state) }), moved: expired(state, nowMs) };
  }
  const atMs = state.closed?.atMs ?? state.decidedAtMs ?? state.createdAtMs;
  if (state.status === 'expired') return refused('expired', { atMs, ...counts(state) });
  if (state.status === 'superseded') return refused('superseded', { successor: state.supersededBy ?? '' });
  if (state.status === 'lapsed') return refused('lapsed', { atMs });
  const by = settledBy(state);
  return refused('already_decided', { status: state.status, atMs, ...(by ? { by } : {}) });
}

/** Nobody signs a question, so there is nothing to count. */
const counts = (state: ApprovalState): { signed?: number; needed?: number } => {
  if (isQuestion(state.action)) return {};
  const { signed, needed } = tallyOf(state);
  return { signed, needed };
};

/** The digest on the card, the one stored and the one of the stored action must be one and the same. */
export const sameAction = (state: ApprovalState, shown: Sha256): boolean =>
  shown === state.actionDigest && actionDigest(state.action) === shown;

/** Nothing may be signed or started for a paused agent or a stopped tenant. */
export function whyStopped(ctx: ApprovalContext): Refused | null {
  if (ctx.tenantStopped) return refused('tenant_stopped');
  return ctx.agentPaused ? refused('agent_paused') : null;
}

/** Why this person may not take part in deciding at all, by their rights of now; null when they may. */
export function whyNotTheirs(state: ApprovalState, ctx: ApprovalContext, by: PersonId): Refused | null {
  if (isQuestion(state.action)) return whyNotAnswerer(state, ctx, by);
  if (by === state.requester) return refused('own_request');
  if (!ctx.requirementNow) return refused('policy_unreadable');
  if (namedByRequester(state, ctx, by)) return refused('delegate_not_allowed');
  const asked = requirementsOf(state, ctx).map((r) => askedAnywhere(state, r));
  if (asked.some((who) => countsFor(state, ctx, by, who))) return null;
  const person = ctx.people.get(by);
  const named = person !== undefined && asked.some((who) => eligible(person, who));
  return named ? refused('not_permitted', { verb: 'approve, decline, edit' }) : refused('not_an_approver');
}

/** Everything that must hold before a person decides: known, still open, what they saw, theirs to decide. */
export function whyNotDecide(
  state: ApprovalState,
  ctx: ApprovalContext,
  by: PersonId,
  shown: Sha256,
): Refused | null {
  if (!ctx.people.get(by)?.active) return refused('not_an_approver');
  const over = whyOver(state, ctx.nowMs);
  if (over) return over;
  if (isQuestion(state.action)) return refused('answer_needed');
  if (!sameAction(state, shown)) return refused('digest_mismatch');
  return whyNotTheirs(state, ctx, by);
}
