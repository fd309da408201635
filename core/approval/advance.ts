import { answer, ask, delegate, snooze } from './asides.ts';
import { cancel, undeliverable } from './closing.ts';
import { approve, breakGlass, decline, useGrant } from './decisions.ts';
import { edit } from './edit.ts';
import { begin, compensate, finish, retry } from './execution.ts';
import { respond } from './respond.ts';
import { onTimer } from './timers.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, Transitioned } from './types.ts';

/**
 * The whole life of an approval, as a pure function: what it was, what happened, and what may be looked at give what
 * it is, or a refusal. Never throws on what a person or a model could cause. `duplicate` means that nothing is to be
 * written; a refusal with `moved` means that the approval ended all the same, and that state is to be written.
 */
export function advance(state: ApprovalState, event: ApprovalEvent, ctx: ApprovalContext): Transitioned {
  switch (event.kind) {
    case 'approve':
      return approve(state, event, ctx);
    case 'decline':
      return decline(state, event, ctx);
    case 'edit':
      return edit(state, event, ctx);
    case 'respond':
      return respond(state, event, ctx);
    case 'ask':
      return ask(state, event, ctx);
    case 'answer':
      return answer(state, event, ctx);
    case 'delegate':
      return delegate(state, event, ctx);
    case 'snooze':
      return snooze(state, event, ctx);
    case 'break-glass':
      return breakGlass(state, event, ctx);
    case 'grant':
      return useGrant(state, event, ctx);
    case 'cancel':
      return cancel(state, event, ctx);
    case 'undeliverable':
      return undeliverable(state, ctx);
    case 'timer':
      return onTimer(state, ctx);
    case 'execute-begin':
      return begin(state, event, ctx);
    case 'execute-retry':
      return retry(state, ctx);
    case 'execute-done':
      return finish(state, 'executed', { summary: event.summary, reference: event.reference }, ctx);
    case 'execute-failed':
      return finish(state, 'failed', { summary: event.summary, reference: null }, ctx);
    case 'execute-unknown':
      return finish(state, 'unknown', { summary: event.summary, reference: null }, ctx);
    case 'compensated':
      return compensate(state, event.summary);
  }
}
