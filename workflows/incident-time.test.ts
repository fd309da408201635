import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FindingState } from '../core/alerts/finding.ts';
import type { IncidentRef, IncidentStoreActivities } from '../core/activities.ts';
import { advance, nextTimerMs } from '../core/incident/advance.ts';
import { firing, HOUR, MINUTE, per } from '../core/incident/examples.ts';
import { openIncident } from '../core/incident/open.ts';
import type { IncidentEvent, IncidentState, Ladder } from '../core/incident/types.ts';
import { newId } from '../platform/ids.ts';
import { workflowEnvironment } from '../test/time-skipping.ts';
import { TENANT, withWorker } from '../test/workflow-play.ts';

/** The real workflow with the real machine behind it, over hours that the server skips. */
let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await workflowEnvironment();
});
afterAll(() => env.teardown());

const START = Date.UTC(2026, 10, 23, 14);
const [ada, ben, mara, ines] = [per('ada'), per('ben'), per('mara'), per('ines')];

interface Planned {
  readonly afterMinutes: number;
  readonly event: IncidentEvent;
}

/** Who is on call from which minute on: a hand-over between two rotations. */
interface OnCall {
  readonly fromMinutes: number;
  readonly ladder: Ladder;
}

const ONE_ROTATION: readonly OnCall[] = [
  { fromMinutes: 0, ladder: { first: ada, second: ben, manager: mara } },
];

/** Stands for Postgres: keeps one state, moves it by the machine, and reads the server's clock, shifted to START. */
class Machine {
  readonly did: [what: string, minute: number, asked: string | null][] = [];
  private state: IncidentState | null = null;
  private skewMs = 0;
  private readonly planned: Planned[];
  private readonly onCall: readonly OnCall[];
  readonly ref: IncidentRef = { tenant: TENANT, incident: newId('inc') };
  constructor(planned: readonly Planned[], onCall: readonly OnCall[] = ONE_ROTATION) {
    this.planned = [...planned].sort((a, b) => a.afterMinutes - b.afterMinutes);
    this.onCall = onCall;
  }
  async begin(): Promise<void> {
    this.skewMs = START - (await env.currentTimeMs());
    this.state = openIncident(this.ref.incident, firing({ sinceMs: START }), this.at(START)).state;
  }
  private at(nowMs: number) {
    const ladder = this.onCall
      .filter(({ fromMinutes }) => START + fromMinutes * MINUTE <= nowMs)
      .at(-1)?.ladder;
    return { nowMs, ladder: ladder ?? {} };
  }
  private apply(event: IncidentEvent, nowMs: number): void {
    const moved = advance(this.now, event, this.at(nowMs));
    if (!moved.ok) throw new Error(moved.why);
    this.state = moved.state;
    for (const { what, detail } of moved.happened)
      this.did.push([
        what,
        Math.round((nowMs - START) / MINUTE),
        (detail['person'] as string | undefined) ?? null,
      ]);
  }
  get now(): IncidentState {
    if (this.state === null) throw new Error('it has not begun');
    return this.state;
  }
  /** People and rules do what was planned at its minute; for the workflow that is a timer of its own. */
  activities(): IncidentStoreActivities {
    return {
      tickIncident: async () => {
        const nowMs = (await env.currentTimeMs()) + this.skewMs;
        while (this.planned[0] && START + this.planned[0].afterMinutes * MINUTE <= nowMs) {
          const next = this.planned.shift();
          if (next) this.apply(next.event, START + next.afterMinutes * MINUTE);
        }
        this.apply({ kind: 'timer' }, nowMs);
        const plannedMs = this.planned[0] ? START + this.planned[0].afterMinutes * MINUTE : Infinity;
        const dueMs = Math.min(nextTimerMs(this.now, nowMs) ?? Infinity, plannedMs);
        const over = this.now.status === 'resolved' && this.planned.length === 0;
        return {
          version: this.now.version,
          over,
          nextTimerInMs: dueMs === Infinity ? null : Math.max(0, dueMs - nowMs),
        };
      },
    };
  }
}

async function live(machine: Machine): Promise<Machine> {
  await withWorker(env, machine.activities(), async (taskQueue) => {
    await machine.begin();
    const handle = await env.client.workflow.start('incident', {
      workflowId: machine.ref.incident,
      taskQueue,
      args: [machine.ref],
    });
    await handle.result();
  });
  return machine;
}

const resolves = (afterMinutes: number): Planned => ({ afterMinutes, event: { kind: 'resolve', by: ada } });
const looks = (from: number, to: number, state: FindingState): Planned[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({
    afterMinutes: from + i,
    event: { kind: 'observe', finding: firing({ state }) },
  }));

describe('the clock of an incident, from its workflow', () => {
  test.beforeEach(({ skip }) => {
    if (!env.supportsTimeSkipping) skip('needs the time-skipping server');
  });

  test('asks first, second and the manager, and then waits for a person', async () => {
    const { did } = await live(new Machine([resolves(300)]));
    expect(did).toEqual([
      ['escalated', 10, ben],
      ['escalated', 20, mara],
      ['resolved', 300, null],
    ]);
  });

  test('through two rotations: whoever is on call at the hand-over is asked next, up to a manager', async () => {
    const { did } = await live(
      new Machine(
        [resolves(90)],
        [
          { fromMinutes: 0, ladder: { first: ada } },
          { fromMinutes: 15, ladder: { first: ben, second: ines } },
          { fromMinutes: 25, ladder: { first: ben, second: ines, manager: mara } },
        ],
      ),
    );
    expect(did).toEqual([
      ['escalated', 20, ines],
      ['escalated', 30, mara],
      ['resolved', 90, null],
    ]);
  });

  test('an acknowledgement ends the asking', async () => {
    const acks: Planned = { afterMinutes: 4, event: { kind: 'acknowledge', by: ben } };
    const { did } = await live(new Machine([acks, resolves(200)]));
    expect(did.map(([what]) => what)).toEqual(['acknowledged', 'resolved']);
  });

  test('silence ends on time, and whoever is on call then is asked anew', async () => {
    const untilMs = START + 8 * HOUR;
    const silence: Planned = { afterMinutes: 5, event: { kind: 'silence', by: mara, untilMs } };
    const { did } = await live(new Machine([silence, resolves(495)]));
    expect(did).toEqual([
      ['silenced', 5, null],
      ['silence-ended', 480, ada],
      ['escalated', 490, ben],
      ['resolved', 495, null],
    ]);
  });

  test('what comes and goes wakes nobody once it is acknowledged, and is over when it stays clear', async () => {
    const acks: Planned = { afterMinutes: 1, event: { kind: 'acknowledge', by: ada } };
    const flaps = Array.from({ length: 6 }, (_, i) => looks(10 + i * 10, 10 + i * 10, i % 2 === 0 ? 'clear' : 'firing')).flat(); // prettier-ignore
    const { did, now } = await live(new Machine([acks, ...flaps, ...looks(61, 76, 'clear')]));
    expect(did.map(([what]) => what)).toEqual([
      'acknowledged',
      ...['cleared', 'returned', 'cleared', 'returned', 'cleared', 'returned'],
      'cleared',
      'stayed-clear',
    ]);
    expect(did.at(-1)?.[1]).toBe(76);
    expect(now.resolved?.by).toBeNull();
  });
});
