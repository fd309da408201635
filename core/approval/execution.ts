import type { Happening } from '../words.ts';
import { grantable, mayBreakGlass } from './decisions.ts';
import { sameAction, whyStopped } from './gate.ts';
import { changed, refused, unchanged } from './outcome.ts';
import { proves } from '../proof.ts';
import { quorumMet, wantedProof } from './quorum.ts';
import { lapsed, pastExecution } from './timers.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, Transitioned } from './types.ts';

type Event<K extends ApprovalEvent['kind']> = Extract<ApprovalEvent, { kind: K }>;

/** Does what approved it still count, by the rights and the policy of now. */
const stillCovered = (state: ApprovalState, ctx: ApprovalContext): boolean => {
  if (state.breakGlass)
    return (
      mayBreakGlass(state, ctx, state.breakGlass.person) &&
      proves(state.breakGlass.proof?.kind, wantedProof(state, ctx))
    );
  if (state.grant !== null) return grantable(state, ctx);
  return quorumMet(state, ctx);
};

/**
 * The last look before the world changes. `ok` if and only if the action may run now, once. A paused agent, a
 * stopped tenant or an unreadable policy leaves it approved (to run within its time, or lapse); a signer who lost
 * their right, a failed precondition, a ledger that says otherwise or a passed time ends it as `lapsed`, written through `moved`.
 */
export function begin(
  state: ApprovalState,
  event: Event<'execute-begin'>,
  ctx: ApprovalContext,
): Transitioned {
  if (state.status !== 'approved') return refused('wrong_state', { status: state.status });
  const end = (
    reason: 'lapsed' | 'policy_unmet' | 'preconditions_failed' | 'not_borne_out',
  ): Transitioned => ({
    ...refused(reason),
    moved: lapsed(state, ctx.nowMs, reason),
  });
  if (pastExecution(state, ctx.nowMs)) return end('lapsed');
  if (!sameAction(state, event.actionDigest)) return refused('digest_mismatch');
  if (ctx.notBorneOut) return end('not_borne_out');
  if (!ctx.requirementNow) return refused('policy_unreadable');
  const stopped = whyStopped(ctx);
  if (stopped) return stopped;
  if (!stillCovered(state, ctx)) return end('policy_unmet');
  if (!event.preconditionsHold) return end('preconditions_failed');
  const execution = {
    startedAtMs: ctx.nowMs,
    finishedAtMs: null,
    attempts: 1,
    summary: null,
    reference: null,
  };
  return changed(state, { status: 'executing', execution }, 'execution-begun');
}

/** The same call once more, with the same key: only while nobody knows yet how the first one ended. */
export function retry(state: ApprovalState, ctx: ApprovalContext): Transitioned {
  const { execution } = state;
  if (state.status !== 'executing' || !execution) return refused('wrong_state', { status: state.status });
  if (ctx.notBorneOut) return refused('not_borne_out');
  const attempts = execution.attempts + 1;
  return changed(state, { execution: { ...execution, attempts } }, 'execution-retried', { attempts });
}

/** How the action ended; the same report again is the same end. */
export function finish(
  state: ApprovalState,
  status: 'executed' | 'failed' | 'unknown',
  report: { readonly summary: string; readonly reference: string | null },
  ctx: ApprovalContext,
): Transitioned {
  const { execution } = state;
  if (
    state.status === status &&
    execution?.summary === report.summary &&
    execution.reference === report.reference
  )
    return unchanged(state);
  if (state.status !== 'executing' || !execution) return refused('wrong_state', { status: state.status });
  const ended = { ...execution, ...report, finishedAtMs: ctx.nowMs };
  return changed(state, { status, execution: ended }, status satisfies Happening);
}

/** The effect was undone by another action. */
export function compensate(state: ApprovalState, summary: string): Transitioned {
  const { execution } = state;
  if (state.status === 'compensated' && execution?.summary === summary) return unchanged(state);
  if (state.status !== 'executed' || !execution) return refused('wrong_state', { status: state.status });
  return changed(state, { status: 'compensated', execution: { ...execution, summary } }, 'compensated');
}
