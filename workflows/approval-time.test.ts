import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalStoreActivities } from '../core/activities.ts';
import { advance } from '../core/approval/advance.ts';
import { approveBy, asks, at, HOUR, id, opened } from '../core/approval/examples.ts';
import { nextTimer } from '../core/approval/timers.ts';
import type { ApprovalEvent, ApprovalState } from '../core/approval/types.ts';
import type { Delegation } from '../core/people.ts';
import type { Requirement } from '../core/policy-types.ts';
import { workflowEnvironment } from '../test/time-skipping.ts';
import { newApproval, newRun, TENANT, withWorker } from '../test/workflow-play.ts';

/** The real workflow with the real machine behind it, over days that the server skips. */
let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await workflowEnvironment();
});
afterAll(() => env.teardown());

const SETTLED = ['executed', 'expired', 'declined', 'lapsed', 'cancelled'];

interface Planned {
  readonly afterHours: number;
  readonly event: ApprovalEvent;
}

/** Stands for Postgres: keeps one state, moves it by the machine, and reads the server's clock, shifted to `startMs`. */
class Machine {
  state: ApprovalState;
  /** What the clock did, with the hour on the shifted clock at which it did it. */
  readonly did: [what: string, at: string][] = [];
  private readonly run = newRun().run;
  private skewMs = 0;
  private readonly planned: Planned[];
  private readonly delegations: readonly Delegation[];
  readonly startMs: number;
  constructor(
    requirement: Requirement,
    startMs: number,
    planned: Planned[] = [],
    delegations: Delegation[] = [],
  ) {
    this.state = { ...opened(requirement), createdAtMs: startMs };
    this.startMs = startMs;
    this.planned = [...planned].sort((a, b) => a.afterHours - b.afterHours);
    this.delegations = delegations;
  }
  async begin(): Promise<void> {
    this.skewMs = this.startMs - (await env.currentTimeMs());
  }
  private async nowMs(): Promise<number> {
    return (await env.currentTimeMs()) + this.skewMs;
  }
  private apply(event: ApprovalEvent, nowMs: number): void {
    const moved = advance(this.state, event, {
      ...at(this.state, nowMs),
      delegations: [...this.delegations],
    });
    if (!moved.ok || moved.duplicate) return;
    this.state = moved.state;
    // A timer may come a little early or late: to the nearest minute.
    this.did.push([moved.happened.what, iso(Math.round(nowMs / MINUTE) * MINUTE)]);
  }
  /** People do what was planned at its hour; for the workflow that is a timer of its own, so that time stops there. */
  private async people(nowMs: number): Promise<void> {
    while (this.planned[0] && this.startMs + this.planned[0].afterHours * HOUR <= nowMs) {
      const next = this.planned.shift();
      if (next) this.apply(next.event, nowMs);
    }
  }
  activities(): ApprovalStoreActivities & { executeAction(): Promise<{ status: ApprovalState['status'] }> } {
    return {
      readApproval: async () => {
        const nowMs = await this.nowMs();
        await this.people(nowMs);
        const { status, version } = this.state;
        const person = this.planned[0] ? this.startMs + this.planned[0].afterHours * HOUR - nowMs : Infinity;
        const inMs = Math.min(nextTimer(this.state, nowMs)?.inMs ?? Infinity, person);
        const settled = SETTLED.includes(status);
        const nextTimerInMs = settled || inMs === Infinity ? null : Math.max(0, inMs);
        return { status, version, run: this.run, nextTimerInMs, settled };
      },
      applyTimers: async () => {
        const nowMs = await this.nowMs();
        this.apply({ kind: 'timer' }, nowMs);
        await this.people(nowMs);
      },
      executeAction: async () => {
        this.state = { ...this.state, status: 'executed' };
        return { status: this.state.status };
      },
    };
  }
}

async function live(machine: Machine): Promise<Machine> {
  await withWorker(env, machine.activities(), async (taskQueue) => {
    await machine.begin();
    const approval = newApproval();
    const handle = await env.client.workflow.start('approval', {
      workflowId: approval,
      taskQueue,
      args: [{ tenant: TENANT, approval }],
    });
    await handle.result();
  });
  return machine;
}

const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const OFFICE = { timeZone: 'Europe/London', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' };
const MONDAY = Date.UTC(2026, 10, 23, 10);
const ask = (questionId: string): ApprovalEvent => ({ kind: 'ask', by: id('ada'), questionId, text: 'Why?' });
const answer = (questionId: string): ApprovalEvent => ({
  kind: 'answer',
  by: id('robin'),
  questionId,
  text: 'So.',
});

describe('the clock of an approval, from its workflow', () => {
  test.beforeEach(({ skip }) => {
    if (!env.supportsTimeSkipping) skip('needs the time-skipping server');
  });

  test('reminds twice, escalates after 48 h and expires', async () => {
    const { did, state } = await live(new Machine(asks(2), MONDAY));
    expect(did).toEqual([
      ['reminded', iso(MONDAY + 4 * HOUR)],
      ['reminded', iso(MONDAY + 24 * HOUR)],
      ['escalated', iso(MONDAY + 48 * HOUR)],
      ['expired', iso(MONDAY + 96 * HOUR)],
    ]);
    expect(state).toMatchObject({ status: 'expired', declined: null });
  });

  test('counts 48 h of work only, over weekends and the end of summer time', async () => {
    // Thursday, 22 October 2026, 15:00 in London; the clocks go back on Sunday, the 25th.
    const start = Date.UTC(2026, 9, 22, 14);
    const { did } = await live(
      new Machine(asks(2, { workingHours: OFFICE, remindAfterMs: [4 * HOUR] }), start),
    );
    expect(did).toEqual([
      // Two hours on Thursday, two on Friday, still in summer time.
      ['reminded', '2026-10-23T10:00'],
      // 2 + 8 + 5 days of 8 less 2: Friday, the 30th, 15:00, in winter time.
      ['escalated', '2026-10-30T15:00'],
      ['expired', '2026-11-09T15:00'],
    ]);
  });

  test('and over the beginning of summer time', async () => {
    // Friday, 26 March 2027, 16:00 in London; the clocks go forward on Sunday, the 28th.
    const start = Date.UTC(2027, 2, 26, 16);
    const short = {
      workingHours: OFFICE,
      remindAfterMs: [2 * HOUR],
      escalateAfterMs: 9 * HOUR,
      expireAfterMs: 17 * HOUR,
    };
    const { did } = await live(new Machine(asks(2, short), start));
    expect(did).toEqual([
      ['reminded', '2027-03-29T09:00'],
      ['escalated', '2027-03-29T16:00'],
      ['expired', '2027-03-30T16:00'],
    ]);
  });

  test('is held by a question until its answer', async () => {
    const machine = new Machine(asks(2), MONDAY, [
      { afterHours: 2, event: ask('q') },
      { afterHours: 12, event: answer('q') },
    ]);
    const { did } = await live(machine);
    expect(did.map(([what, when]) => [what, (Date.parse(`${when}Z`) - MONDAY) / HOUR])).toEqual([
      ['question-asked', 2],
      ['question-answered', 12],
      ['reminded', 14],
      ['reminded', 34],
      ['escalated', 58],
      ['expired', 106],
    ]);
  });

  test('is held by questions for 24 h in all at most', async () => {
    const machine = new Machine(asks(2), MONDAY, [
      { afterHours: 1, event: ask('q') },
      { afterHours: 11, event: answer('q') },
      { afterHours: 12, event: ask('r') },
      { afterHours: 200, event: answer('r') },
    ]);
    const { did, state } = await live(machine);
    expect(did.at(-1)).toEqual(['expired', iso(MONDAY + 120 * HOUR)]);
    expect(did.find(([what]) => what === 'escalated')).toEqual(['escalated', iso(MONDAY + 72 * HOUR)]);
    expect(state.pausedTotalMs).toBe(24 * HOUR);
  });

  test('a snooze moves none of it, and ends on time', async () => {
    const untilMs = MONDAY + 30 * HOUR;
    const snooze: Planned = { afterHours: 1, event: { kind: 'snooze', by: id('ada'), untilMs } };
    const { did } = await live(new Machine(asks(2), MONDAY, [snooze]));
    expect(did.map(([what]) => what)).toEqual([
      'snoozed',
      'reminded',
      'reminded',
      'snooze-ended',
      'escalated',
      'expired',
    ]);
    expect(did[3]).toEqual(['snooze-ended', iso(untilMs)]);
    expect(did.at(-1)).toEqual(['expired', iso(MONDAY + 96 * HOUR)]);
  });

  test.each([
    ['before it begins', 9, null],
    ['as it begins', 10, 'ada'],
    ['before it ends', 19, 'ada'],
    ['when it has ended', 20, null],
  ])('a delegate signs for somebody else only within the window: %s', async (_, afterHours, onBehalfOf) => {
    const window: Delegation = {
      ...{ from: id('ada'), to: id('ben'), createdBy: id('ada'), createdAtMs: MONDAY },
      ...{ fromMs: MONDAY + 10 * HOUR, untilMs: MONDAY + 20 * HOUR },
    };
    const machine = new Machine(asks(1), MONDAY, [], [window]);
    const sign = approveBy('ben', machine.state);
    const { state } = await live(new Machine(asks(1), MONDAY, [{ afterHours, event: sign }], [window]));
    expect(state.status).toBe('executed');
    expect(state.signatures).toMatchObject([
      { person: id('ben'), onBehalfOf: onBehalfOf === null ? null : id(onBehalfOf) },
    ]);
  });
});
