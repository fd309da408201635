import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ModelTurn } from '../../core/activities.ts';
import { workflowEnvironment } from '../../test/time-skipping.ts';
import { call, newApproval, newRun, TENANT, withWorker } from '../../test/workflow-play.ts';
import type { Activities } from '../../workers/activities/index.ts';

/**
 * Writes the histories that `replay.test.ts` holds every later version to. Only by hand, when a new path is worth
 * keeping: `RECORD_HISTORIES=1 npx vitest run workflows/histories`. Old files stay: runs in flight look like them.
 */
const wanted = process.env['RECORD_HISTORIES'] === '1';
const version = process.env['RECORD_AS'] ?? '0.1.0';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  if (wanted) env = await workflowEnvironment();
});
afterAll(() => env?.teardown());

const TURNS: ModelTurn[] = [
  { stop: 'tools', calls: [call('read', 'get_claim'), call('read', 'get_policy')] },
  { stop: 'refused', calls: [] },
  { stop: 'tools', calls: [call('assessment')] },
  { stop: 'tools', calls: [call('action', 'settle_claim')] },
  { stop: 'answer', calls: [] },
];

async function keep(name: string, id: string): Promise<void> {
  const history = await env.client.workflow.getHandle(id).fetchHistory();
  writeFileSync(
    join(import.meta.dirname, `${name}-${version}.json`),
    `${historyToJSON(history).replace(/"identity":\s*"[^"]*"/g, '"identity":"worker"')}\n`,
  );
}

function activities(
  approval: ReturnType<typeof newApproval>,
  reads: ('pending' | 'approved')[],
): Partial<Activities> {
  return {
    openRun: async () => ({ agent: 'a', agentVersion: '1', pattern: 'react', maxTurns: 9, go: true }),
    guardInput: async () => ({ pass: true, reason: null }),
    guardOutput: async () => ({ pass: true, reason: null }),
    callModel: async ({ turn }) => TURNS[turn - 1]!,
    callTool: async () => ({ ok: true }),
    requestApproval: async () => ({ approval, fault: false }),
    readOutcome: async () => ({ settled: true, approval, status: 'executed' }),
    settleCall: async () => {},
    closeRun: async () => {},
    applyTimers: async () => {},
    readApproval: async () => {
      const status = reads.length > 1 ? reads.shift()! : reads[0]!;
      return { status, version: 1, run: newRun().run, nextTimerInMs: 2_000, settled: false };
    },
    executeAction: async () => ({ status: 'executed' }),
  };
}

describe.runIf(wanted)('histories', () => {
  test('an approval that is reminded, then signed', async () => {
    const approval = newApproval();
    await withWorker(env, activities(approval, ['pending', 'pending', 'approved']), async (taskQueue) => {
      const ref = { tenant: TENANT, approval };
      const handle = await env.client.workflow.start('approval', {
        workflowId: approval,
        taskQueue,
        args: [ref],
      });
      await env.sleep(4_000);
      await handle.signal('approvalChanged', { version: 2 });
      await handle.result();
      await keep('approval-signed', approval);
    });
  });

  test('a run with reads, a mended fault, an approval and an answer', async () => {
    const ref = newRun();
    const approval = newApproval();
    await withWorker(env, activities(approval, ['pending']), async (taskQueue) => {
      const handle = await env.client.workflow.start('agentRun', {
        workflowId: ref.run,
        taskQueue,
        args: [ref],
      });
      await env.sleep(3_000);
      await handle.signal('approvalSettled', { approval });
      await handle.result();
      await keep('agent-run-done', ref.run);
    });
  });

  test('a question that is answered, and the run that asked it', async () => {
    const approval = newApproval();
    const ref = newRun();
    const turns: ModelTurn[] = [
      { stop: 'tools', calls: [call('read', 'get_claim')] },
      { stop: 'tools', calls: [call('action', 'ask_person')] },
      { stop: 'tools', calls: [call('assessment')] },
      { stop: 'answer', calls: [] },
    ];
    let answered = false;
    let hasAsked = (): void => {};
    const askedOnce = new Promise<void>((resolve) => (hasAsked = resolve));
    const played: Partial<Activities> = {
      ...activities(approval, ['pending']),
      callModel: async ({ turn }) => turns[turn - 1]!,
      requestApproval: async () => {
        hasAsked();
        return { approval, fault: false };
      },
      readOutcome: async () => ({ settled: true, approval, status: 'answered' }),
      readApproval: async () => ({
        ...{ status: answered ? 'answered' : 'pending', version: 1, run: ref.run },
        ...{ nextTimerInMs: answered ? null : 60_000, settled: answered },
      }),
    };
    await withWorker(env, played, async (taskQueue) => {
      // A client of its own: to wait for a result with the other one lets the server skip time meanwhile.
      const { workflow } = new Client({ connection: env.connection });
      const start = (type: string, workflowId: string, args: unknown[]) =>
        workflow.start(type, { workflowId, taskQueue, args });
      const run = await start('agentRun', ref.run, [ref]);
      const asked = await start('approval', approval, [{ tenant: TENANT, approval }]);
      await askedOnce;
      answered = true;
      await asked.signal('approvalChanged', { version: 2 });
      await Promise.all([asked.result(), run.result()]);
      await keep('approval-answered', approval);
      await keep('agent-run-asked', ref.run);
    });
  });

  test('a run that is cancelled while people think', async () => {
    const ref = newRun();
    await withWorker(env, activities(newApproval(), ['pending']), async (taskQueue) => {
      const handle = await env.client.workflow.start('agentRun', {
        workflowId: ref.run,
        taskQueue,
        args: [ref],
      });
      await env.sleep(3_000);
      await handle.signal('cancelRun');
      await handle.result();
      await keep('agent-run-cancelled', ref.run);
    });
  });
});
