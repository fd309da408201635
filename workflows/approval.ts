import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { SIGNAL_APPROVAL_SETTLED, type ApprovalRef } from '../core/activities.ts';
import type { ApprovalStatus } from '../core/approval/types.ts';
import type { ApprovalId, RunId } from '../core/ids.ts';
import { hands, store } from './activities.ts';
import { approvalChanged } from './signals.ts';

/** A timer that came a little early must not become a busy loop. */
const SHORTEST_WAIT_MS = 500;
/** Approved, but the action could not be run (its connector is away, the agent is paused): look again, less and less often. */
const TRY_AGAIN_MS = { first: 30_000, most: 15 * 60_000 } as const;

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, approval);

/**
 * Owns the time and the action of one approval; Postgres owns its state. Lives as long as its approval, which
 * may be days, so it stays tiny and follows any deploy. An edit's successor has a workflow of its own.
 */
export async function approval(ref: ApprovalRef): Promise<void> {
  let changes = 0;
  let tryAgainMs: number = TRY_AGAIN_MS.first;
  setHandler(approvalChanged, () => {
    changes += 1;
  });

  for (;;) {
    const seen = changes;
    const now = await store.readApproval(ref);
    let { status, settled } = now;
    if (status === 'approved' || status === 'executing') {
      status = (await execute(ref)) ?? status;
      settled = status !== 'approved' && status !== 'executing';
      if (!settled && !(await condition(() => changes > seen, tryAgainMs)))
        tryAgainMs = Math.min(tryAgainMs * 2, TRY_AGAIN_MS.most);
    }
    if (settled) return tellTheRun(now.run, ref.approval, status);
    if (status === 'pending') await waitForNews(() => changes > seen, now.nextTimerInMs, ref);
    else await store.applyTimers(ref);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof approval>(ref);
  }
}

/** Null when the activity used up its attempts: the loop reads the truth again and tries later. */
async function execute(ref: ApprovalRef): Promise<ApprovalStatus | null> {
  try {
    return (await hands.executeAction(ref)).status;
  } catch (error) {
    log.warn('the action could not be run yet', { approval: ref.approval, why: typeOf(error) });
    return null;
  }
}

async function waitForNews(
  arrived: () => boolean,
  timerInMs: number | null,
  ref: ApprovalRef,
): Promise<void> {
  if (timerInMs === null) return condition(arrived);
  if (!(await condition(arrived, Math.max(timerInMs, SHORTEST_WAIT_MS)))) await store.applyTimers(ref);
}

/** The run may be over (cancelled, or its history expired); then there is nobody left to tell. */
async function tellTheRun(run: RunId, settled: ApprovalId, status: ApprovalStatus): Promise<void> {
  if (status === 'superseded') return;
  try {
    await getExternalWorkflowHandle(run).signal(SIGNAL_APPROVAL_SETTLED, { approval: settled });
  } catch (error) {
    log.info('the run has ended already', { run, why: typeOf(error) });
  }
}

const typeOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
