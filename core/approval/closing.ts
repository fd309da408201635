import { whyOver } from './gate.ts';
import { changed, cleanText, refused, unchanged } from './outcome.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, Transitioned } from './types.ts';
import { authorise } from '../roles.ts';
import { resourceOf } from './who-may-sign.ts';

/**
 * Ends it without an outcome of its own: also after it was approved, as long as the action has not begun. `by` null
 * is the system (its run was cancelled, the tenant stopped); a person needs the right to cancel.
 */
export function cancel(
  state: ApprovalState,
  event: Extract<ApprovalEvent, { kind: 'cancel' }>,
  ctx: ApprovalContext,
): Transitioned {
  if (state.status === 'cancelled') return unchanged(state);
  if (event.by !== null) {
    const person = ctx.people.get(event.by);
    if (!person || !authorise(person, 'cancel', resourceOf(state, ctx, false), state.tenant).ok)
      return refused('not_permitted', { verb: 'cancel' });
  }
  const over = state.status === 'approved' ? null : whyOver(state, ctx.nowMs);
  if (over) return over;
  const reason = cleanText(event.reason);
  if (reason === null) return refused('reason_needed');
  const closed = { by: event.by, reason, atMs: ctx.nowMs };
  const decidedAtMs = state.decidedAtMs ?? ctx.nowMs;
  return changed(state, { status: 'cancelled', closed, decidedAtMs }, 'cancelled');
}

/** Every copy failed for good and nobody who may sign has an inbox. */
export function undeliverable(state: ApprovalState, ctx: ApprovalContext): Transitioned {
  if (state.status === 'undeliverable') return unchanged(state);
  const over = whyOver(state, ctx.nowMs);
  if (over) return over;
  const closed = { by: null, reason: 'undeliverable', atMs: ctx.nowMs };
  return changed(state, { status: 'undeliverable', closed, decidedAtMs: ctx.nowMs }, 'undeliverable');
}
