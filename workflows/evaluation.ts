import { continueAsNew, setWorkflowOptions, sleep, workflowInfo } from '@temporalio/workflow';
import type { EvalRef } from '../core/activities.ts';
import { store } from './activities.ts';

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, evaluation);

/**
 * Owns the time of one evaluation: when to look again at the sandbox runs of its cases. What ran and what it was marked
 * lies in Postgres and is read anew each time, so a worker that dies loses nothing and marks nothing twice.
 */
export async function evaluation(ref: EvalRef): Promise<void> {
  for (;;) {
    const { over, nextInMs } = await store.tickEval(ref);
    if (over) return;
    await sleep(nextInMs);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof evaluation>(ref);
  }
}
