import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { TASK_QUEUE, WORKFLOW_WATCH, WORKFLOW_WEEKLY_EVALS } from '../../core/activities.ts';

const WATCH = 'countersign-watch';
const WEEKLY = 'countersign-weekly-evals';

/** However many workers there are: the first that starts makes the schedule. */
async function makeOnce(client: Client, schedule: ScheduleOptions): Promise<void> {
  try {
    // Named, since telling it from the options costs the type checker as much as a whole room.
    await client.schedule.create<Workflow>(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

/**
 * One look at a time, each minute unless the deployment says otherwise. A look that was missed is not made up for, since the
 * next one sees the same figures.
 * @see https://docs.temporal.io/schedule
 */
export async function watchEvery(client: Client, seconds: number): Promise<void> {
  const spec = { intervals: [{ every: seconds * 1_000 }] };
  await makeOnce(client, {
    scheduleId: WATCH,
    spec,
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_WATCH,
      workflowId: WATCH,
      taskQueue: TASK_QUEUE,
      args: [{ tenant: null }],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  });
  // Whoever made it may have been told another figure.
  const handle = client.schedule.getHandle(WATCH);
  const made = (await handle.describe()).spec.intervals?.[0]?.every;
  if (made !== seconds * 1_000) await handle.update<Workflow>((before) => ({ ...before, spec }));
}

/** On Sunday at three in the morning (UTC), when few wait for a run; a Sunday that was missed is made up for. */
export const evaluateEveryWeek = (client: Client): Promise<void> =>
  makeOnce(client, {
    scheduleId: WEEKLY,
    spec: { calendars: [{ dayOfWeek: 'SUNDAY', hour: 3 }] },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_WEEKLY_EVALS,
      workflowId: WEEKLY,
      taskQueue: TASK_QUEUE,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '3 days' },
  });
