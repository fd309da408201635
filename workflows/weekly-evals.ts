import { setWorkflowOptions } from '@temporalio/workflow';
import { weekly } from './activities.ts';

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, weeklyEvals);

/** Asks for the evaluation of every active agent of every company, as the schedule does each week. */
export async function weeklyEvals(): Promise<void> {
  await weekly.askWeeklyEvals();
}
