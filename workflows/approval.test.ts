import { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalRef, ApprovalStoreActivities } from '../core/activities.ts';
import type { ApprovalStatus } from '../core/approval/types.ts';
import type { RunId } from '../core/ids.ts';
import type { Activities } from '../workers/activities/index.ts';
import { workflowEnvironment } from '../test/time-skipping.ts';
import { call, newApproval, newRun, TENANT, withWorker } from '../test/workflow-play.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await workflowEnvironment();
});
afterAll(() => env.teardown());

const HOUR = 3_600_000;
const settledOnes: readonly ApprovalStatus[] = [
  'executed',
  'failed',
  'expired',
  'declined',
  'lapsed',
  'superseded',
];

/** Stands for Postgres: a state that tests move, and a clock that is the server's. */
class Store {
  status: ApprovalStatus = 'pending';
  readonly timers: number[] = [];
  reads = 0;
  constructor(
    readonly run: RunId,
    /** What the timers at these hours do, from the start. */
    private readonly due: { atMs: number; becomes: ApprovalStatus }[] = [],
  ) {}
  startedAtMs = 0;
  async nowMs(): Promise<number> {
    return env.currentTimeMs();
  }
  activities(): ApprovalStoreActivities {
    return {
      readApproval: async () => {
        this.reads += 1;
        const next = this.due[0];
        const nextTimerInMs = next ? Math.max(0, this.startedAtMs + next.atMs - (await this.nowMs())) : null;
        return {
          status: this.status,
          version: this.reads,
          run: this.run,
          nextTimerInMs: settledOnes.includes(this.status) ? null : nextTimerInMs,
          settled: settledOnes.includes(this.status),
        };
      },
      applyTimers: async () => {
        const now = (await this.nowMs()) - this.startedAtMs;
        const next = this.due[0];
        if (!next || now < next.atMs) return;
        this.due.shift();
        this.timers.push(Math.round(now / HOUR));
        this.status = next.becomes;
      },
    };
  }
}

/** Waits for a result without letting the server skip time: for tests whose run waits for people, with no timer of its own. */
const patient = () => new Client({ connection: env.connection });

async function start(ref: ApprovalRef, taskQueue: string, store: Store, client: Client = env.client) {
  store.startedAtMs = await env.currentTimeMs();
  return client.workflow.start('approval', { workflowId: ref.approval, taskQueue, args: [ref] });
}

const refOf = (): ApprovalRef => ({ tenant: TENANT, approval: newApproval() });

describe('the approval workflow', () => {
  test('reminds, escalates and expires over days, and runs nothing', async () => {
    const scale = env.supportsTimeSkipping ? 1 : 1 / HOUR;
    const due = [4, 24, 48, 96].map((hours) => ({
      atMs: hours * HOUR * scale * (env.supportsTimeSkipping ? 1 : 20),
      becomes: (hours === 96 ? 'expired' : 'pending') as ApprovalStatus,
    }));
    const store = new Store(newRun().run, [...due]);
    await withWorker(env, store.activities(), async (taskQueue) => {
      const handle = await start(refOf(), taskQueue, store);
      await handle.result();
    });
    expect(store.status).toBe('expired');
    expect(store.timers).toHaveLength(4);
    if (env.supportsTimeSkipping) expect(store.timers).toEqual([4, 24, 48, 96]);
  });

  test('runs the signed action once it is told, and tells the run', async () => {
    const store = new Store(newRun().run, [{ atMs: 96 * HOUR, becomes: 'expired' }]);
    const client = patient();
    let executions = 0;
    let allTold = (): void => {};
    const told = new Promise<void>((resolve) => {
      allTold = resolve;
    });
    // What is signalled during a workflow task is in the history only once that task is over: the run has to have heard it.
    let hear = (): void => {};
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    // News that comes before the run asks is none that it waits for: nothing may settle before.
    let ask = (): void => {};
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const executeAction = async () => {
      executions += 1;
      await told;
      await asked;
      store.status = 'executed';
      return { status: store.status };
    };
    const waiting: Partial<Activities> = {
      openRun: async () => ({ agent: 'a', agentVersion: '1', pattern: 'react', maxTurns: 5, go: true }),
      guardInput: async () => ({ pass: true, reason: null }),
      callModel: async () => ({ stop: 'tools', calls: [call('action')] }),
      requestApproval: async () => {
        ask();
        return { approval: newApproval(), fault: false };
      },
      closeRun: async () => {},
      readOutcome: async ({ approval }) => {
        hear();
        return { settled: false, approval, status: 'pending' };
      },
    };
    await withWorker(env, { ...waiting, ...store.activities(), executeAction }, async (taskQueue) => {
      const run = await client.workflow.start('agentRun', {
        workflowId: store.run,
        taskQueue,
        args: [{ tenant: TENANT, run: store.run }],
      });
      const handle = await start(refOf(), taskQueue, store, client);
      await handle.signal('approvalChanged', { version: 1 });
      store.status = 'approved';
      for (let i = 0; i < 5; i += 1) await handle.signal('approvalChanged', { version: 2 });
      allTold();
      await handle.result();
      await heard;
      const history = await run.fetchHistory();
      const signals = (history.events ?? []).filter((e) => e.workflowExecutionSignaledEventAttributes);
      expect(signals.map((e) => e.workflowExecutionSignaledEventAttributes?.signalName)).toEqual([
        'approvalSettled',
      ]);
      // Ended properly: the test server does not skip time any more after a termination.
      await run.signal('cancelRun');
      await run.result();
    });
    expect(executions).toBe(1);
  });

  test('does not mind that its run is gone', async () => {
    const store = new Store(newRun().run);
    store.status = 'declined';
    await withWorker(env, store.activities(), async (taskQueue) => {
      await (await start(refOf(), taskQueue, store)).result();
    });
    expect(store.reads).toBe(1);
  });

  test('an edited approval ends and leaves its successor to tell the run', async () => {
    const store = new Store(newRun().run, [{ atMs: 96 * HOUR, becomes: 'expired' }]);
    await withWorker(env, store.activities(), async (taskQueue) => {
      const handle = await start(refOf(), taskQueue, store);
      store.status = 'superseded';
      await handle.signal('approvalChanged', { version: 2 });
      await handle.result();
      const { events } = await handle.fetchHistory();
      expect(events?.some((e) => e.signalExternalWorkflowExecutionInitiatedEventAttributes)).toBe(false);
    });
  });

  test('an action whose worker died is begun again within seconds, not when its whole time is over', async () => {
    const store = new Store(newRun().run);
    store.status = 'approved';
    let release = (): void => {};
    const dead = new Promise<void>((resolve) => (release = resolve));
    let attempts = 0;
    const executeAction = async () => {
      attempts += 1;
      // As a killed worker: no beat, no answer.
      if (attempts === 1) await dead;
      store.status = 'executed';
      return { status: store.status };
    };
    await withWorker(env, { ...store.activities(), executeAction }, async (taskQueue) => {
      await (await start(refOf(), taskQueue, store)).result();
      release();
    });
    expect(attempts).toBe(2);
  });

  test('an action that cannot begin is tried again, and lapses in its time', async ({ skip }) => {
    if (!env.supportsTimeSkipping) skip('needs the time-skipping server');
    const store = new Store(newRun().run, [{ atMs: HOUR / 6, becomes: 'lapsed' }]);
    store.status = 'approved';
    let attempts = 0;
    const executeAction = async () => {
      attempts += 1;
      throw ApplicationFailure.create({ message: 'the connector is away', type: 'ActionNotRunYet' });
    };
    await withWorker(env, { ...store.activities(), executeAction }, async (taskQueue) => {
      await (await start(refOf(), taskQueue, store)).result();
    });
    expect(store.status).toBe('lapsed');
    expect(attempts).toBeGreaterThan(8);
  });
});
