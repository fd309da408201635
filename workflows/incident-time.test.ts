import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FindingState } from '../core/alerts/finding.ts';
import type { IncidentRef, IncidentStoreActivities } from '../core/activities.ts';
import { advance, nextTimerMs } from '../core/incident/advance.ts';
import { firing, HOUR, MINUTE, per } from '../core/incident/examples.ts';
import { openIncident } from '../core/incident/open.ts';
import type { IncidentEvent, IncidentHappening, IncidentState, Ladder } from '../core/incident/types.ts';
import type { OverrideId, PersonId, RotationId } from '../core/ids.ts';
import { ladderOf } from '../core/on-call/ladder.ts';
import { onCallAt } from '../core/on-call/turns.ts';
import type { Override, Place, Rotation } from '../core/on-call/types.ts';
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
const [ada, ben, mara, ines, cat] = [per('ada'), per('ben'), per('mara'), per('ines'), per('cat')];

interface Planned {
  readonly afterMinutes: number;
  readonly event: IncidentEvent;
}

/** Who is on call at an instant. */
type LadderAt = (atMs: number) => Ladder;
const ALWAYS: LadderAt = () => ({ first: ada, second: ben, manager: mara });

const weekly = (place: Place, time: string, order: readonly PersonId[]): Rotation => ({
  ...{ id: `rot_${place}` as RotationId, place, team: 'claims', timeZone: 'Europe/London' },
  plan: { kind: 'weekly', startsOn: '2026-03-02', time, order },
});

/** As the store does it: two rotations by London's clocks with their overrides, without whoever left, and Mara above them. */
const byRotations =
  (
    rotations: readonly Rotation[],
    { overrides = [], gone = [] }: { overrides?: readonly Override[]; gone?: readonly PersonId[] } = {},
  ): LadderAt =>
  (atMs) => {
    const isHere = (person: PersonId): boolean => !gone.includes(person);
    const now = rotations.map((one) => [one.place, onCallAt(one, one.place === 'first' ? overrides : [], isHere, atMs)]); // prettier-ignore
    return ladderOf(Object.fromEntries(now), () => mara);
  };

/** Stands for Postgres: keeps one state, moves it by the machine, and reads the server's clock, shifted to START. */
class Machine {
  readonly did: [what: string, minute: number, asked: string | null][] = [];
  private state: IncidentState | null = null;
  private skewMs = 0;
  private readonly planned: Planned[];
  private readonly ladderAt: LadderAt;
  private readonly startMs: number;
  readonly ref: IncidentRef = { tenant: TENANT, incident: newId('inc') };
  constructor(planned: readonly Planned[], ladderAt: LadderAt = ALWAYS, startMs = START) {
    this.planned = [...planned].sort((a, b) => a.afterMinutes - b.afterMinutes);
    this.ladderAt = ladderAt;
    this.startMs = startMs;
  }
  async begin(): Promise<void> {
    const { startMs } = this;
    this.skewMs = startMs - (await env.currentTimeMs());
    const { state, happened } = openIncident(this.ref.incident, firing({ sinceMs: startMs }), this.at(startMs)); // prettier-ignore
    this.state = state;
    this.tell(happened, startMs);
  }
  private at(nowMs: number) {
    return { nowMs, ladder: this.ladderAt(nowMs) };
  }
  private tell(happened: readonly IncidentHappening[], nowMs: number): void {
    for (const { what, detail } of happened)
      this.did.push([
        what,
        Math.round((nowMs - this.startMs) / MINUTE),
        (detail['person'] as string | undefined) ?? null,
      ]);
  }
  private apply(event: IncidentEvent, nowMs: number): void {
    const moved = advance(this.now, event, this.at(nowMs));
    if (!moved.ok) throw new Error(moved.why);
    this.state = moved.state;
    this.tell(moved.happened, nowMs);
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
        while (this.planned[0] && this.startMs + this.planned[0].afterMinutes * MINUTE <= nowMs) {
          const next = this.planned.shift();
          if (next) this.apply(next.event, this.startMs + next.afterMinutes * MINUTE);
        }
        this.apply({ kind: 'timer' }, nowMs);
        const plannedMs = this.planned[0] ? this.startMs + this.planned[0].afterMinutes * MINUTE : Infinity;
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

/** The order of a weekly rotation in which the first of these is on call just before an instant, the second after the next hand-over. */
function inTurn(turns: readonly PersonId[], atMs: number): PersonId[] {
  const asIs = weekly('first', '09:00', turns);
  return onCallAt(asIs, [], () => true, atMs).person === turns[0] ? [...turns] : turns.toReversed();
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
      ['opened', 0, ada],
      ['escalated', 10, ben],
      ['escalated', 20, mara],
      ['resolved', 300, null],
    ]);
  });

  // Both hand over at nine by London's clocks, which is eight in Greenwich in summer: each opens five minutes before.
  test.each([
    ['winter into summer time', '2026-03-30T07:55:00Z', [ada, ben]],
    ['summer into winter time', '2026-10-26T08:55:00Z', [ada, ben]],
  ])('through two rotations and a manager, over a hand-over: %s', async (_, opens, order) => {
    const startMs = Date.parse(opens);
    const firsts = inTurn(order, startMs);
    const rotations = [weekly('first', '09:00', firsts), weekly('second', '09:00', inTurn([ines, cat], startMs))]; // prettier-ignore
    const silence: Planned = {
      afterMinutes: 30,
      event: { kind: 'silence', by: mara, untilMs: startMs + HOUR },
    };
    const { did } = await live(new Machine([silence, resolves(75)], byRotations(rotations), startMs));
    expect(did).toEqual([
      ['opened', 0, ada],
      ['escalated', 10, cat],
      ['escalated', 20, mara],
      ['silenced', 30, null],
      ['silence-ended', 60, ben],
      ['escalated', 70, cat],
      ['resolved', 75, null],
    ]);
  });

  test('who left is passed over, and an override counts: on each rung whoever is really there', async () => {
    const rotations = [
      weekly('first', '09:00', [ada]),
      weekly('second', '09:00', inTurn([ben, ines], START)),
    ];
    const override = { id: 'ovr_1' as OverrideId, person: cat, fromMs: START - HOUR, untilMs: START + 5 * MINUTE }; // prettier-ignore
    const { did } = await live(
      new Machine([resolves(30)], byRotations(rotations, { overrides: [override], gone: [ada, ben] })),
    );
    expect(did).toEqual([
      ['opened', 0, cat],
      ['escalated', 10, ines],
      ['escalated', 20, mara],
      ['resolved', 30, null],
    ]);
  });

  test('an acknowledgement ends the asking', async () => {
    const acks: Planned = { afterMinutes: 4, event: { kind: 'acknowledge', by: ben } };
    const { did } = await live(new Machine([acks, resolves(200)]));
    expect(did.map(([what]) => what)).toEqual(['opened', 'acknowledged', 'resolved']);
  });

  test('silence ends on time, and whoever is on call then is asked anew', async () => {
    const untilMs = START + 8 * HOUR;
    const silence: Planned = { afterMinutes: 5, event: { kind: 'silence', by: mara, untilMs } };
    const { did } = await live(new Machine([silence, resolves(495)]));
    expect(did).toEqual([
      ['opened', 0, ada],
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
      ...['opened', 'acknowledged'],
      ...['cleared', 'returned', 'cleared', 'returned', 'cleared', 'returned'],
      'cleared',
      'stayed-clear',
    ]);
    expect(did.at(-1)?.[1]).toBe(76);
    expect(now.resolved?.by).toBeNull();
  });

  test('what nobody took on and comes and goes asks on while it is there, and what is in between neither ends nor wakes', async () => {
    const seen = (from: number, to: number, state: FindingState) => looks(from, to, state);
    const flaps = [...seen(1, 4, 'firing'), ...seen(5, 11, 'clear'), ...seen(12, 13, 'no_data'), ...seen(14, 25, 'firing')]; // prettier-ignore
    const { did } = await live(new Machine([...flaps, ...seen(26, 41, 'clear')]));
    expect(did).toEqual([
      ['opened', 0, ada],
      ['cleared', 5, null],
      ['returned', 12, null],
      ['escalated', 12, ben],
      ['escalated', 22, mara],
      ['cleared', 26, null],
      ['stayed-clear', 41, null],
    ]);
  });

  test('what comes back after it was over is the same incident again, asked for from the first rung', async () => {
    const machine = new Machine([...looks(2, 17, 'clear'), ...looks(60, 62, 'firing'), resolves(75)]);
    const { did, now } = await live(machine);
    expect(did).toEqual([
      ['opened', 0, ada],
      ['cleared', 2, null],
      ['stayed-clear', 17, null],
      ['reopened', 60, ada],
      ['escalated', 70, ben],
      ['resolved', 75, null],
    ]);
    expect(now).toMatchObject({ id: machine.ref.incident, reopenings: 1 });
  });
});
