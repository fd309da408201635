import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FindingState, Severity } from '../alerts/finding.ts';
import { advance, nextTimerMs } from './advance.ts';
import { at, firing, MINUTE, opened, per, START } from './examples.ts';
import {
  LADDER,
  type IncidentEvent,
  type IncidentHappening,
  type IncidentState,
  type Ladder,
} from './types.ts';

/** Any story: rules look or not, people do what they like, whoever is on call changes, time passes. */
interface Move {
  readonly afterMinutes: number;
  readonly event: (nowMs: number) => IncidentEvent;
  readonly ladder: Ladder;
}

const person = fc.constantFrom('ada', 'ben', 'mara', 'ines').map(per);
const ladder = fc.record(
  { first: person, second: person, manager: person },
  { requiredKeys: [] },
) as fc.Arbitrary<Ladder>;
const finding = fc.record({
  state: fc.constantFrom<FindingState>(
    'firing',
    'firing',
    'clear',
    'clear',
    'clear',
    'no_data',
    'cannot_know',
  ),
  severity: fc.constantFrom<Severity>('p0', 'p1'),
});

const event = fc.oneof(
  {
    weight: 12,
    arbitrary: finding.map((f) => (): IncidentEvent => ({ kind: 'observe', finding: firing(f) })),
  },
  { weight: 6, arbitrary: fc.constant((): IncidentEvent => ({ kind: 'timer' })) },
  ...(['acknowledge', 'escalate', 'resolve'] as const).map((kind) => ({
    weight: 1,
    arbitrary: person.map((by) => (): IncidentEvent => ({ kind, by })),
  })),
  { weight: 1, arbitrary: person.map((by) => (): IncidentEvent => ({ kind: 'note', by, text: 'So.' })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ by: person, minutes: fc.integer({ min: -5, max: 20_000 }) })
      .map(({ by, minutes }) => (nowMs: number): IncidentEvent => ({ kind: 'silence', by, untilMs: nowMs + minutes * MINUTE })), // prettier-ignore
  },
);
const move: fc.Arbitrary<Move> = fc.record({
  afterMinutes: fc.constantFrom(0, 1, 1, 1, 3, 10, 15, 40, 1500),
  event,
  ladder,
});

interface Step {
  readonly before: IncidentState;
  readonly after: IncidentState;
  readonly event: IncidentEvent;
  readonly happened: readonly IncidentHappening[];
  readonly ok: boolean;
  readonly quiet: boolean;
  readonly nowMs: number;
}

function play(moves: readonly Move[]): Step[] {
  let state = opened();
  let nowMs = START;
  return moves.map((one) => {
    nowMs += one.afterMinutes * MINUTE;
    const before = state;
    const result = advance(before, one.event(nowMs), at(nowMs, one.ladder));
    if (result.ok) state = result.state;
    const { ok } = result;
    const told = result.ok ? result : { happened: [], quiet: true };
    return {
      before,
      after: state,
      event: one.event(nowMs),
      happened: told.happened,
      ok,
      quiet: told.quiet,
      nowMs,
    };
  });
}

const holds = (name: string, check: (step: Step) => void): void =>
  test(name, () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => play(moves).forEach(check)),
      { numRuns: 300 },
    );
  });

holds('what it says of itself fits together', ({ after }) => {
  expect(after.status === 'resolved').toBe(after.resolved !== null);
  if (after.status === 'acknowledged') expect(after.acknowledged).not.toBeNull();
  if (after.status === 'open') expect(after.acknowledged).toBeNull();
});

holds(
  'nobody learns of a change without a new version, and nothing happens quietly',
  ({ before, after, happened, quiet }) => {
    expect(after.version - before.version).toBe(quiet ? 0 : 1);
    if (quiet) expect(happened).toEqual([]);
  },
);

holds(
  'only a person or a clear condition that was looked at ends it',
  ({ before, after, event: by, nowMs }) => {
    if (before.status === 'resolved' || after.status !== 'resolved') return;
    if (by.kind === 'resolve') return expect(after.resolved?.by).toBe(by.by);
    expect(after.resolved?.by).toBeNull();
    expect(after.finding.state).toBe('clear');
    expect(nowMs - (after.clearSinceMs ?? nowMs)).toBeGreaterThanOrEqual(15 * MINUTE);
  },
);

holds(
  'the clock asks nobody while it is acknowledged, silenced, clear or over',
  ({ before, event: by, happened }) => {
    if (by.kind !== 'timer' || !happened.some(({ what }) => what === 'escalated')) return;
    expect(before).toMatchObject({ status: 'open', silence: null, clearSinceMs: null });
  },
);

holds('escalation only climbs', ({ before, after, happened }) => {
  if (!happened.some(({ what }) => what === 'escalated') || before.asked.person === null) return;
  expect(LADDER.indexOf(after.asked.rung)).toBeGreaterThan(LADDER.indexOf(before.asked.rung));
  expect(after.asked.person).not.toBe(before.asked.person);
});

holds('a refusal changes nothing', ({ ok, before, after }) => {
  if (!ok) expect(after).toBe(before);
});

holds('the clock always goes on: what was due is not due again at once', ({ after, nowMs }) => {
  const due = nextTimerMs(after, nowMs);
  if (due === null || due > nowMs) return;
  const result = advance(after, { kind: 'timer' }, at(nowMs));
  if (!result.ok) throw new Error('the clock was refused');
  // Silence and its end may be due together with another; each timer takes one of them away.
  let state = result.state;
  for (let i = 0; i < 3; i += 1) {
    const again = nextTimerMs(state, nowMs);
    if (again === null || again > nowMs) return;
    const next = advance(state, { kind: 'timer' }, at(nowMs));
    if (next.ok) state = next.state;
  }
  throw new Error('the clock would run in circles');
});
