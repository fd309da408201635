import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  FAILURE_BUDGET,
  FAILURE_HELD,
  type ModelTurn,
  type PlannedCall,
  type RunRef,
} from '../core/activities.ts';
import type { ApprovalId } from '../core/ids.ts';
import { workflowEnvironment } from '../test/time-skipping.ts';
import { call, newApproval, newRun, withWorker } from '../test/workflow-play.ts';
import type { Activities } from '../workers/activities/index.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await workflowEnvironment();
});
afterAll(() => env.teardown());

const tools = (...calls: PlannedCall[]): ModelTurn => ({ stop: 'tools', calls });
const ANSWER: ModelTurn = { stop: 'answer', calls: [] };
const JUNK: ModelTurn = { stop: 'refused', calls: [] };

/** A run whose model says these turns one after the other; everything that it led to is written down. */
function play(turns: ModelTurn[], more: Partial<Activities> = {}) {
  const did: string[] = [];
  const activities: Partial<Activities> = {
    openRun: async () => ({ agent: 'a', agentVersion: '1', pattern: 'react', maxTurns: 6, go: true }),
    guardInput: async () => ({ pass: true, reason: null }),
    guardOutput: async () => ({ pass: true, reason: null }),
    callModel: async ({ turn }) => {
      const said = turns[turn - 1];
      if (!said) throw ApplicationFailure.nonRetryable('the script is over', 'Test');
      return said;
    },
    callTool: async ({ callId }) => {
      did.push(callId);
      return { ok: true };
    },
    settleCall: async ({ approval }) => {
      did.push(`settled ${approval}`);
    },
    closeRun: async ({ outcome, reason }) => {
      did.push(`closed ${outcome}${reason ? `: ${reason}` : ''}`);
    },
    ...more,
  };
  return { did, activities };
}

const begin = (ref: RunRef, taskQueue: string) =>
  env.client.workflow.start('agentRun', { workflowId: ref.run, taskQueue, args: [ref] });

async function runToEnd(activities: Partial<Activities>): Promise<void> {
  await withWorker(env, activities, async (taskQueue) => (await begin(newRun(), taskQueue)).result());
}

describe('the agent-run workflow', () => {
  test('a run that may not begin is closed with the sentence that says why', async () => {
    const { did, activities } = play([], {
      openRun: () => Promise.reject(ApplicationFailure.nonRetryable('The agent is paused.', FAILURE_HELD)),
    });
    await runToEnd(activities);
    expect(did).toEqual(['closed failed: The agent is paused.']);
  });

  test('reads, assesses, answers', async () => {
    const { did, activities } = play([
      tools(call('read', 'get_claim'), call('read', 'get_policy')),
      tools(call('assessment')),
      ANSWER,
    ]);
    await runToEnd(activities);
    expect(did.slice(0, 2).sort()).toEqual(['toolu_read_get_claim', 'toolu_read_get_policy']);
    expect(did.at(-1)).toBe('closed done');
  });

  test('one useless answer is retried, two in a row ask a person', async () => {
    const once = play([JUNK, ANSWER]);
    await runToEnd(once.activities);
    expect(once.did).toEqual(['closed done']);

    const twice = play([JUNK, { stop: 'cut_off', calls: [] }, ANSWER]);
    await runToEnd(twice.activities);
    expect(twice.did).toHaveLength(1);
    expect(twice.did[0]).toMatch(/^closed refused: .*person/);
  });

  test('a refused call counts as useless; a read beside it is still made', async () => {
    const { did, activities } = play([
      tools(call('refused', 'wire_money'), call('read', 'get_claim')),
      tools(call('refused', 'wire_money')),
      ANSWER,
    ]);
    await runToEnd(activities);
    expect(did[0]).toBe('toolu_read_get_claim');
    expect(did[1]).toMatch(/^closed refused/);
  });

  test('an answer that the guard refuses is an error to mend', async () => {
    let guards = 0;
    const guardOutput = async () => ({
      pass: (guards += 1) > 1,
      reason: guards > 1 ? null : 'no assessment',
    });
    const { did, activities } = play([ANSWER, ANSWER], { guardOutput });
    await runToEnd(activities);
    expect([guards, did]).toEqual([2, ['closed done']]);
  });

  test('never ends by itself: too many turns ask a person', async () => {
    const { did, activities } = play(Array.from({ length: 9 }, () => tools(call('read'))));
    await runToEnd(activities);
    expect(did.filter((d) => d === 'toolu_read_read')).toHaveLength(6);
    expect(did.at(-1)).toMatch(/^closed refused: .*6 turns/);
  });

  test('waits for the end of the lineage, whatever else is signalled', async () => {
    let asked = (): void => {};
    const hasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const first = newApproval();
    const last = newApproval();
    let settled = false;
    const { did, activities } = play([tools(call('action', 'settle_claim')), ANSWER], {
      requestApproval: async () => {
        asked();
        return { approval: first, fault: false };
      },
      readOutcome: async () => ({
        settled,
        approval: settled ? last : first,
        status: settled ? 'executed' : 'pending',
      }),
    });
    await withWorker(env, activities, async (taskQueue) => {
      const handle = await begin(newRun(), taskQueue);
      await hasAsked;
      const news = (approval: ApprovalId) => handle.signal('approvalSettled', { approval });
      await news(first);
      await news(first);
      expect(did).toEqual([]);
      settled = true;
      await news(last);
      await handle.result();
    });
    expect(did).toEqual([`settled ${last}`, 'closed done']);
  });

  test('an action that nobody is asked about goes on with the next turn', async () => {
    const { did, activities } = play([tools(call('action')), ANSWER], {
      requestApproval: async () => ({ approval: null, fault: false }),
    });
    await runToEnd(activities);
    expect(did).toEqual(['closed done']);
  });

  test('cancelled while people think: nothing more happens', async () => {
    const { did, activities } = play([tools(call('action'), call('action', 'second')), ANSWER], {
      requestApproval: async () => ({ approval: newApproval(), fault: false }),
    });
    await withWorker(env, activities, async (taskQueue) => {
      const handle = await begin(newRun(), taskQueue);
      await handle.signal('cancelRun');
      await handle.result();
    });
    expect(did).toEqual(['closed cancelled: Cancelled.']);
  });

  test('a spent budget ends the run at once with its sentence', async () => {
    let asked = 0;
    const { did, activities } = play([], {
      callModel: async () => {
        asked += 1;
        throw ApplicationFailure.nonRetryable('The budget is spent.', FAILURE_BUDGET);
      },
    });
    await runToEnd(activities);
    expect([asked, did]).toEqual([1, ['closed refused: The budget is spent.']]);
  });

  test('a model that stays away fails the run, without its own words', async ({ skip }) => {
    if (!env.supportsTimeSkipping) skip('needs the time-skipping server');
    const { did, activities } = play([], {
      callModel: async () => {
        throw ApplicationFailure.retryable('secret words of an endpoint', 'ModelAway');
      },
    });
    await runToEnd(activities);
    expect(did).toHaveLength(1);
    expect(did[0]).toMatch(/^closed failed: The model could not be reached/);
  });

  test('a connector that stays away is not mistaken for the model', async ({ skip }) => {
    if (!env.supportsTimeSkipping) skip('needs the time-skipping server');
    const { did, activities } = play([], {
      callModel: async () => {
        throw ApplicationFailure.retryable('secret words of an endpoint', 'ConnectorAway');
      },
    });
    await runToEnd(activities);
    expect(did).toEqual([
      'closed failed: A system the agent works with could not be reached. Try again later.',
    ]);
  });

  test('a run that was cancelled before it began does nothing', async () => {
    const { did, activities } = play([ANSWER], {
      openRun: async () => ({ agent: 'a', agentVersion: '1', pattern: 'react', maxTurns: 6, go: false }),
    });
    await runToEnd(activities);
    expect(did).toEqual([]);
  });
});
