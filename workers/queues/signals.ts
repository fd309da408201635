import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { z } from 'zod';
import {
  SIGNAL_APPROVAL_CHANGED,
  SIGNAL_CANCEL_RUN,
  SIGNAL_INCIDENT_CHANGED,
  TASK_QUEUE,
  WORKFLOW_APPROVAL,
  WORKFLOW_INCIDENT,
  WORKFLOW_SCORE_RUN,
  WORKFLOW_WATCH,
  type ApprovalChanged,
  type ApprovalRef,
  type IncidentChanged,
  type IncidentRef,
  type RunRef,
  type WatchInput,
} from '../../core/activities.ts';
import { ApprovalId, IncidentId, RunId } from '../../core/ids.ts';
import type { Handled, OutboxRow } from '../../platform/outbox/index.ts';

const Payload = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('approval-changed'), approval: ApprovalId, version: z.int() }),
  z.object({ kind: z.literal('incident-changed'), incident: IncidentId, version: z.int() }),
  z.object({ kind: z.literal('run-cancelled'), run: RunId }),
  z.object({ kind: z.literal('look-now') }),
  z.object({ kind: z.literal('score-run'), run: RunId }),
]);

/** Tells a workflow that its row changed; the workflow reads what is true, so order and repeats do not matter. */
export async function sendSignal(client: Client, row: OutboxRow): Promise<Handled> {
  const parsed = Payload.safeParse(row.payload);
  if (!parsed.success) return { error: 'the payload is no signal of ours', useless: 'unreadable' };
  const payload = parsed.data;
  if (payload.kind === 'approval-changed')
    await signalApproval(client, { tenant: row.tenant, approval: payload.approval }, payload.version);
  else if (payload.kind === 'incident-changed')
    await signalIncident(client, { tenant: row.tenant, incident: payload.incident }, payload.version);
  else if (payload.kind === 'look-now') await lookNow(client, { tenant: row.tenant });
  else if (payload.kind === 'score-run') await scoreRun(client, { tenant: row.tenant, run: payload.run });
  else await cancelRun(client, payload.run);
  return 'done';
}

async function signalApproval(client: Client, ref: ApprovalRef, version: number): Promise<void> {
  const changed: ApprovalChanged = { version };
  try {
    await client.workflow.signalWithStart(WORKFLOW_APPROVAL, {
      workflowId: ref.approval,
      taskQueue: TASK_QUEUE,
      args: [ref],
      signal: SIGNAL_APPROVAL_CHANGED,
      signalArgs: [changed],
      // A workflow that ended well has nothing left to do; one that was terminated must not strand its approval.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/**
 * Starts it where it is not running: one that was over and is open again needs its clock again. One that is over for good
 * is read once and ends.
 */
async function signalIncident(client: Client, ref: IncidentRef, version: number): Promise<void> {
  const changed: IncidentChanged = { version };
  await client.workflow.signalWithStart(WORKFLOW_INCIDENT, {
    workflowId: ref.incident,
    taskQueue: TASK_QUEUE,
    args: [ref],
    signal: SIGNAL_INCIDENT_CHANGED,
    signalArgs: [changed],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}

/** A run that is over, or whose workflow never began, has nothing to cancel: its row already says so. */
async function cancelRun(client: Client, run: RunId): Promise<void> {
  try {
    await client.workflow.getHandle(run).signal(SIGNAL_CANCEL_RUN);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** What cannot wait for the next minute. A look that is under way may have begun too early, so another follows it. */
async function lookNow(client: Client, input: WatchInput): Promise<void> {
  await client.workflow.start(WORKFLOW_WATCH, {
    workflowId: `look_${input.tenant}`,
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
}

/** One workflow a run, beside the run's own: a row that comes again finds it, or finds the scores. */
async function scoreRun(client: Client, ref: RunRef): Promise<void> {
  try {
    await client.workflow.start(WORKFLOW_SCORE_RUN, {
      workflowId: `score_${ref.run}`,
      taskQueue: TASK_QUEUE,
      args: [ref],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
