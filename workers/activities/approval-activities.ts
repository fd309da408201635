import { FAILURE_NOT_FOUND, type ApprovalRef, type ApprovalStoreActivities } from '../../core/activities.ts';
import { nextTimer } from '../../core/approval/timers.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import { finalFailure, type Edges } from './edges.ts';
import { isSettled } from './settled.ts';

/** What the approval's workflow reads and the one thing it may say: that time has passed. */
export function createApprovalActivities(edges: Pick<Edges, 'stores' | 'nowMs'>) {
  return {
    async readApproval(ref) {
      const state = await approvalOf(edges, ref);
      return {
        status: state.status,
        version: state.version,
        run: state.action.run,
        // This clock only decides when to look; whether it is time is judged by the database's.
        nextTimerInMs: nextTimer(state, edges.nowMs())?.inMs ?? null,
        settled: isSettled(state.status),
      };
    },
    async applyTimers(ref) {
      // A refusal means that nothing was due or that somebody was faster: the workflow reads again either way.
      await edges.stores.approvals.transition(ref.tenant, ref.approval, { kind: 'timer' });
    },
  } satisfies ApprovalStoreActivities;
}

export async function approvalOf(edges: Pick<Edges, 'stores'>, ref: ApprovalRef): Promise<ApprovalState> {
  const state = await edges.stores.approvals.get(ref.tenant, ref.approval);
  if (!state) throw finalFailure(FAILURE_NOT_FOUND, `The approval ${ref.approval} is not in the store.`);
  return state;
}
