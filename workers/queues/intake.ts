import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import {
  TASK_QUEUE,
  WORKFLOW_AGENT_RUN,
  WORKFLOW_EVALUATION,
  type EvalRef,
  type RunRef,
} from '../../core/activities.ts';
import { EvalId, RunId } from '../../core/ids.ts';
import type { Handled, OutboxRow } from '../../platform/outbox/index.ts';

/** Starts a run's workflow, or an evaluation's. Its id is the run's, so a job that comes again starts nothing twice. */
export async function startRun(client: Client, row: OutboxRow): Promise<Handled> {
  if ('eval' in row.payload) return startEval(client, row);
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

/** The same of an evaluation. One whose workflow somebody ended goes on where it was when it is asked for again. */
async function startEval(client: Client, row: OutboxRow): Promise<Handled> {
  const id = EvalId.safeParse(row.payload['eval']);
  if (!id.success) return { error: 'the payload names no evaluation', useless: 'unreadable' };
  const ref: EvalRef = { tenant: row.tenant, eval: id.data };
  try {
    await client.workflow.start(WORKFLOW_EVALUATION, {
      workflowId: ref.eval,
      taskQueue: TASK_QUEUE,
      args: [ref],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return 'done';
}
