import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { TASK_QUEUE, WORKFLOW_WATCH } from '../../core/activities.ts';

const SCHEDULE = 'countersign-watch';

/**
 * Every minute, one look at a time, however many workers there are: the first that starts makes the schedule. A minute that was
 * missed is not made up for, since the next look sees the same figures.
 * @see https://docs.temporal.io/schedule
 */
export async function watchEveryMinute(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: SCHEDULE,
      spec: { intervals: [{ every: '1 minute' }] },
      action: {
        type: 'startWorkflow',
        workflowType: WORKFLOW_WATCH,
        workflowId: SCHEDULE,
        taskQueue: TASK_QUEUE,
        args: [{ tenant: null }],
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
