import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { TASK_QUEUE, WORKFLOW_AGENT_RUN, type RunRef } from '../../core/activities.ts';
import { RunId } from '../../core/ids.ts';
import type { Handled, OutboxRow } from '../../platform/outbox/index.ts';

/** Starts a run's workflow. Its id is the run's, so a job that comes again starts nothing twice. */
export async function startRun(client: Client, row: OutboxRow): Promise<Handled> {
  const run = RunId.safeParse(row.payload['run']);
  if (!run.success) return { error: 'the payload names no run', useless: 'unreadable' };
  const ref: RunRef = { tenant: row.tenant, run: run.data };
  try {
    await client.workflow.start(WORKFLOW_AGENT_RUN, {
      workflowId: ref.run,
      taskQueue: TASK_QUEUE,
      args: [ref],
      // Beyond Temporal's retention the `runs` row says that the run is over, and the workflow ends at once.
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return 'done';
}
