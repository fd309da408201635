import { setWorkflowOptions } from '@temporalio/workflow';
import type { RunRef } from '../core/activities.ts';
import { judges } from './activities.ts';

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, scoreRun);

/** Scores one finished run, beside everything else: nothing waits for it. */
export async function scoreRun(ref: RunRef): Promise<void> {
  await judges.scoreRun(ref);
}
