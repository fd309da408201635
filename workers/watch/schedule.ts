import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import { TASK_QUEUE, WORKFLOW_WATCH, WORKFLOW_WEEKLY_EVALS } from '../../core/activities.ts';

const WATCH = 'countersign-watch';
const WEEKLY = 'countersign-weekly-evals';

/** However many workers there are: the first that starts makes the schedule. */
async function makeOnce(client: Client, schedule: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

/**
 * Every minute, one look at a time. A minute that was missed is not made up for, since the next look sees the same figures.
 * @see https://docs.temporal.io/schedule
 */
export const watchEveryMinute = (client: Client): Promise<void> =>
  makeOnce(client, {
    scheduleId: WATCH,
    spec: { intervals: [{ every: '1 minute' }] },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_WATCH,
      workflowId: WATCH,
      taskQueue: TASK_QUEUE,
      args: [{ tenant: null }],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  });

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
