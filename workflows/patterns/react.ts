import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { PlannedCall } from '../../core/activities.ts';
import { model, store, tools } from '../activities.ts';
import type { AgentRunInput, PatternEnd, ReactProgress, RunControl } from './pattern.ts';

const CANCELLED: PatternEnd = { outcome: 'cancelled', reason: 'Cancelled.' };
/** The error goes back once; a second wrong answer in a row asks a person. */
const FAULTS_ALLOWED = 1;

/** Think, act, observe: one model call a turn, its reads side by side, its actions one after the other. */
export async function react(run: RunControl, from?: ReactProgress): Promise<PatternEnd> {
  let { turn, faults } = from ?? { turn: 1, faults: 0 };
  for (; turn <= run.maxTurns; turn += 1) {
    if (run.cancelled()) return CANCELLED;
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<(input: AgentRunInput) => Promise<void>>({
        ...run.ref,
        progress: { turn, faults },
      });

    const answer = await model.callModel({ ...run.ref, turn });
    if (run.cancelled()) return CANCELLED;
    let fault = answer.stop === 'refused' || answer.stop === 'cut_off';
    if (answer.stop === 'answer') {
      const guard = await model.guardOutput({ ...run.ref, turn });
      if (guard.pass) return { outcome: 'done', reason: null };
      fault = true;
    }
    if (answer.stop === 'tools') fault = await makeCalls(run, turn, answer.calls);
    if (run.cancelled()) return CANCELLED;
    faults = fault ? faults + 1 : 0;
    if (faults > FAULTS_ALLOWED)
      return {
        outcome: 'refused',
        reason:
          'The agent answered twice in a way that cannot be used. Nothing was done; a person has to look at it.',
      };
  }
  return {
    outcome: 'refused',
    reason: `The agent did not finish within ${run.maxTurns} turns. A person has to look at it.`,
  };
}

/** True when any call was one that the model should not have made. */
async function makeCalls(run: RunControl, turn: number, calls: readonly PlannedCall[]): Promise<boolean> {
  const reads = calls.filter((call) => call.kind === 'read');
  await Promise.all(reads.map((call) => tools.callTool({ ...run.ref, turn, callId: call.callId })));
  let fault = calls.some((call) => call.kind === 'refused');
  for (const call of calls.filter((c) => c.kind === 'action')) {
    if (run.cancelled()) return false;
    fault = (await askAndAwait(run, turn, call.callId)) || fault;
  }
  return fault;
}

async function askAndAwait(run: RunControl, turn: number, callId: string): Promise<boolean> {
  const mark = run.newsSoFar();
  const asked = await store.requestApproval({ ...run.ref, turn, callId });
  if (!asked.approval) return asked.fault;
  for (let seen = mark; ;) {
    await run.newsSince(seen);
    if (run.cancelled()) return false;
    seen = run.newsSoFar();
    const outcome = await store.readOutcome({ tenant: run.ref.tenant, approval: asked.approval });
    if (outcome.settled) {
      await store.settleCall({ ...run.ref, turn, callId, approval: outcome.approval });
      return false;
    }
  }
}
