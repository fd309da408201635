import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  setHandler,
  setWorkflowOptions,
} from '@temporalio/workflow';
import { FAILURE_BUDGET, type RunOutcome, type RunRef } from '../core/activities.ts';
import { model, store } from './activities.ts';
import type { AgentRunInput, PatternEnd, ReactProgress, RunControl } from './patterns/pattern.ts';
import { react } from './patterns/react.ts';
import { approvalSettled, cancelRun } from './signals.ts';

setWorkflowOptions({ versioningBehavior: 'PINNED' }, agentRun);

/** One run of one agent, from its recorded request to its published result. Stays on the build it began with. */
export async function agentRun(input: AgentRunInput): Promise<void> {
  const ref: RunRef = { tenant: input.tenant, run: input.run };
  let cancelled = false;
  let news = 0;
  setHandler(cancelRun, () => {
    cancelled = true;
  });
  setHandler(approvalSettled, () => {
    news += 1;
  });
  const end = await play({ ref, progress: input.progress }, (maxTurns) => ({
    ref,
    maxTurns,
    cancelled: () => cancelled,
    newsSoFar: () => news,
    newsSince: (mark) => condition(() => news > mark || cancelled),
  }));
  if (end) await store.closeRun({ ...ref, ...end });
}

async function play(
  at: { ref: RunRef; progress: ReactProgress | undefined },
  control: (maxTurns: number) => RunControl,
): Promise<PatternEnd | null> {
  try {
    const opened = await store.openRun(at.ref);
    if (!opened.go) return null;
    if (!at.progress) {
      const guard = await model.guardInput(at.ref);
      if (!guard.pass) return { outcome: 'refused', reason: guard.reason };
    }
    if (opened.pattern !== 'react')
      return { outcome: 'failed', reason: `The pattern "${opened.pattern}" is not built yet.` };
    return await react(control(opened.maxTurns), at.progress);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { outcome: outcomeOf(error), reason: sentenceOf(error) };
  }
}

/** A local activity's final failure comes as it is, a remote one's wrapped. */
type Failure = ActivityFailure | ApplicationFailure;
const isFailure = (error: unknown): error is Failure =>
  error instanceof ActivityFailure || error instanceof ApplicationFailure;

function causeOf(error: Failure): ApplicationFailure | null {
  if (error instanceof ApplicationFailure) return error;
  return error.cause instanceof ApplicationFailure ? error.cause : null;
}

const outcomeOf = (error: Failure): RunOutcome =>
  causeOf(error)?.type === FAILURE_BUDGET ? 'refused' : 'failed';

/** Typed failures carry a sentence of ours; anything else is named by its activity only, since it may hold data. */
function sentenceOf(error: Failure): string {
  const cause = causeOf(error);
  if (cause?.nonRetryable && cause.message) return cause.message;
  if (error instanceof ApplicationFailure) return 'The run could not be finished. Try again later.';
  // A model is only asked once the tools that it is offered are known.
  if (error.activityType === 'callTool' || cause?.type === 'ConnectorAway')
    return 'A system the agent works with could not be reached. Try again later.';
  if (error.activityType === 'callModel')
    return 'The model could not be reached, nor its fallback. Try again later.';
  return `The step "${error.activityType}" could not be finished. Try again later.`;
}
