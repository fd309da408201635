import { setWorkflowOptions } from '@temporalio/workflow';
import type { WatchInput } from '../core/activities.ts';
import { eyes } from './activities.ts';

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, watch);

/** One look of the alert rules: at every company, as the schedule asks each minute, or at once at one that cannot wait. */
export async function watch(input: WatchInput): Promise<void> {
  await eyes.lookAtFigures(input);
}
