import { describe, expect, test } from 'vitest';
import type { Finding } from '../alerts/finding.ts';
import { advance, nextTimerMs } from './advance.ts';
import { at, clear, firing, HOUR, LADDER_OF_NOW, MINUTE, opened, per, START } from './examples.ts';
import {
  ESCALATE_AFTER_MS,
  LONGEST_NOTE,
  LONGEST_SILENCE_MS,
  REDRAW_MS,
  STAYS_CLEAR_MS,
  WORD_IS_TAKEN_MS,
} from './limits.ts';
import { isWorthAThread } from './open.ts';
import type { IncidentEvent, IncidentState, Ladder } from './types.ts';

const [ada, ben, mara] = [per('ada'), per('ben'), per('mara')];

/** Applies events at minutes after the opening; what happened, in order. */
function play(
  start: IncidentState,
  ...steps: readonly (readonly [minute: number, event: IncidentEvent, ladder?: Ladder])[]
): { state: IncidentState; happened: string[]; refused: string[] } {
  let state = start;
  const happened: string[] = [];
  const refused: string[] = [];
  for (const [minute, event, ladder] of steps) {
    const result = advance(state, event, at(START + minute * MINUTE, ladder));
    if (!result.ok) {
      refused.push(result.why);
      continue;
    }
    state = result.state;
    happened.push(...result.happened.map(({ what }) => what));
  }
  return { state, happened, refused };
}

const sees = (finding: Finding): IncidentEvent => ({ kind: 'observe', finding });
const timer: IncidentEvent = { kind: 'timer' };
const acks = (by = ada): IncidentEvent => ({ kind: 'acknowledge', by });
const resolves = (by = ada): IncidentEvent => ({ kind: 'resolve', by });
const silences = (minutes: number, by = ada): IncidentEvent => ({
  ...{ kind: 'silence', by, untilMs: START + minutes * MINUTE },
});

/** Looks every minute, as the alerts do. */
const looks = (from: number, to: number, finding: Finding): (readonly [number, IncidentEvent])[] =>
  Array.from({ length: to - from + 1 }, (_, i) => [from + i, sees(finding)] as const);

describe('what opens one', () => {
  test.each([
    ['p0', 'firing', true],
    ['p1', 'firing', true],
    ['p2', 'firing', false],
    ['p0', 'clear', false],
    ['p0', 'no_data', false],
    ['p0', 'cannot_know', false],
  ] as const)('%s %s: %s', (severity, state, worth) => {
    expect(isWorthAThread(firing({ severity, state }))).toBe(worth);
  });

  test('asks whoever is on call first, and remembers since when it is wrong', () => {
    expect(opened()).toMatchObject({
      ...{ status: 'open', version: 1, severity: 'p0', sinceMs: START - 22 * MINUTE },
      asked: { rung: 'first', person: ada },
    });
  });

  test.each<[string, Ladder, string | null, string]>([
    ['nobody is first', { second: ben, manager: mara }, ben, 'second'],
    ['only a manager', { manager: mara }, mara, 'manager'],
    ['nobody at all', {}, null, 'first'],
  ])('%s', (_, ladder, person, rung) => {
    expect(opened({}, ladder).asked).toMatchObject({ person, rung });
  });

  test('what began in the future begins now', () => {
    expect(opened({ sinceMs: START + HOUR }).sinceMs).toBe(START);
    expect(opened({ sinceMs: null }).sinceMs).toBe(START);
  });
});

describe('escalation', () => {
  const due = (ESCALATE_AFTER_MS.p0 ?? 0) / MINUTE;

  test('first, second, manager, and then nobody', () => {
    const { state, happened } = play(
      opened(),
      [due - 1, timer],
      [due, timer],
      [2 * due - 1, timer],
      [2 * due, timer],
      [3 * due, timer],
    );
    expect(happened).toEqual(['escalated', 'escalated']);
    expect(state.asked).toMatchObject({ rung: 'manager', person: mara });
    expect(nextTimerMs(state, START + 3 * due * MINUTE)).toBeNull();
  });

  test('goes to whoever is on call by then', () => {
    const { state } = play(opened(), [due, timer, { first: mara, second: per('ines') }]);
    expect(state.asked).toMatchObject({ rung: 'second', person: per('ines') });
  });

  test('who left is passed over, and named by whoever is asked instead', () => {
    const gone = { first: [per('cat')], second: [per('ines')] };
    const first = opened({}, { first: ada, gone });
    expect(first.asked).toMatchObject({ person: ada, insteadOf: [per('cat')] });
    const { state } = play(first, [due, timer, { first: ada, manager: mara, gone }]);
    expect(state.asked).toMatchObject({ rung: 'manager', person: mara, insteadOf: [per('ines')] });
  });

  test('never asks the same person twice in a row', () => {
    const { state } = play(opened(), [due, timer, { first: ada, second: ada, manager: mara }]);
    expect(state.asked).toMatchObject({ rung: 'manager', person: mara });
  });

  test('with nobody there looks again later, and asks whoever has come', () => {
    const alone = opened({}, {});
    const first = play(alone, [due, timer, {}]);
    expect(first.happened).toEqual([]);
    expect(first.state.version).toBe(alone.version);
    expect(nextTimerMs(first.state, START + due * MINUTE)).toBe(START + 2 * due * MINUTE);
    expect(play(first.state, [2 * due, timer]).state.asked).toMatchObject({ rung: 'first', person: ada });
  });

  test('waits thirty minutes for a p1', () => {
    const p1 = opened({ severity: 'p1' });
    expect(nextTimerMs(p1, START)).toBe(START + 30 * MINUTE);
  });

  test.each<[string, IncidentEvent]>([
    ['acknowledged', acks()],
    ['silenced', silences(600)],
    ['clear just now', sees(clear())],
    ['resolved', resolves()],
  ])('not while it is %s', (_, event) => {
    expect(play(opened(), [1, event], [due, timer]).happened).not.toContain('escalated');
  });

  test('by a person at any time, from what was acknowledged too', () => {
    const { state, happened } = play(opened(), [1, acks()], [2, { kind: 'escalate', by: ada }]);
    expect(happened).toEqual(['acknowledged', 'escalated']);
    expect(state).toMatchObject({ status: 'open', acknowledged: null, asked: { person: ben } });
  });

  test('has an end', () => {
    const up: IncidentEvent = { kind: 'escalate', by: ada };
    expect(play(opened(), [1, up], [2, up], [3, up]).refused).toEqual(['nobody-further']);
  });
});

describe('acknowledging', () => {
  test('is by one person, and twice by the same is once', () => {
    const { state, happened, refused } = play(opened(), [1, acks()], [2, acks()], [3, acks(ben)]);
    expect([happened, refused]).toEqual([['acknowledged'], ['incident-acknowledged']]);
    expect(state).toMatchObject({ status: 'acknowledged', acknowledged: { by: ada } });
  });

  test('does not hold for something worse', () => {
    const { state, happened } = play(
      opened({ severity: 'p1' }),
      [1, acks()],
      [2, silences(600)],
      [3, sees(firing({ severity: 'p0' }))],
    );
    expect(happened).toEqual(['acknowledged', 'silenced', 'rose']);
    expect(state).toMatchObject({ severity: 'p0', status: 'open', acknowledged: null, silence: null });
  });

  test('a severity never falls by itself', () => {
    expect(play(opened(), [1, sees(firing({ severity: 'p1' }))]).state.severity).toBe('p0');
  });
});

describe('over, and back', () => {
  const minutes = STAYS_CLEAR_MS / MINUTE;

  test('resolves itself when it stays clear, with somebody looking', () => {
    const { state, happened } = play(opened(), ...looks(1, minutes, clear()), [minutes + 1, timer]);
    expect(happened).toEqual(['cleared', 'stayed-clear']);
    expect(state.resolved).toMatchObject({ by: null, armed: true });
  });

  test('the last look resolves it as well as the clock does', () => {
    expect(play(opened(), ...looks(1, minutes + 1, clear())).happened).toEqual(['cleared', 'stayed-clear']);
  });

  test('as soon as the policy says, and still not by one look', () => {
    const soon: Finding = { ...clear(), clearMinutes: 1 };
    const one = play(opened(), [1, sees(soon)], [2, timer]);
    expect(one.happened).toEqual(['cleared']);
    expect(nextTimerMs(one.state, START + 2 * MINUTE)).toBeNull();
    expect(play(one.state, [3, sees(soon)]).happened).toEqual(['stayed-clear']);
    expect(play(opened(), ...looks(1, 2, soon)).happened).toEqual(['cleared', 'stayed-clear']);
  });

  test('stays about the version that it was about, whichever plays by then', () => {
    const other = sees(firing({ version: '1.4.0' }));
    const { state } = play(opened(), [1, other], [2, sees({ ...clear(), version: '1.4.0' })]);
    expect(state.finding.version).toBe('1.5.0');
    expect(play(state, [3, resolves()], [4, other]).state).toMatchObject({
      status: 'open',
      finding: { version: '1.4.0' },
    });
  });

  test('not when nobody looked: who went away cannot say that it stayed so', () => {
    const { state, happened } = play(opened(), [1, sees(clear())], [minutes + 1, timer], [300, timer]);
    expect(happened).toEqual(['cleared']);
    expect(nextTimerMs(state, START + 300 * MINUTE)).toBeNull();
    expect(play(state, [301, sees(clear())]).happened).toEqual(['stayed-clear']);
  });

  test.each(['no_data', 'cannot_know', 'firing'] as const)('%s is not clear', (what) => {
    const { state, happened } = play(
      opened(),
      ...looks(1, 10, clear()),
      [11, sees(firing({ state: what }))],
      ...looks(12, 20, clear()),
      [minutes + 1, timer],
    );
    expect(happened).toEqual(['cleared', 'returned', 'cleared']);
    expect(state.status).toBe('open');
  });

  test('what comes and goes is one incident and wakes nobody again', () => {
    const flaps = Array.from({ length: 40 }, (_, i) => [
      i + 2,
      sees(i % 2 === 0 ? clear() : firing()),
    ]) as (readonly [number, IncidentEvent])[];
    const { state, happened } = play(opened(), [1, acks()], ...flaps);
    expect(new Set(happened)).toEqual(new Set(['acknowledged', 'cleared', 'returned']));
    expect(state).toMatchObject({ status: 'acknowledged', reopenings: 0 });
  });

  test('opens again when it returns, and asks from the first rung', () => {
    const { state, happened } = play(opened(), [1, acks(ben)], ...looks(2, minutes + 2, clear()), [
      60,
      sees(firing()),
    ]);
    expect(happened).toEqual(['acknowledged', 'cleared', 'stayed-clear', 'reopened']);
    expect(state).toMatchObject({
      ...{ status: 'open', reopenings: 1, acknowledged: null, resolved: null },
      asked: { rung: 'first', person: ada, atMs: START + 60 * MINUTE },
    });
  });

  test("a person's word is taken while it fires, until it was clear once and came back", () => {
    const first = play(opened(), [1, resolves()], ...looks(2, 20, firing()));
    expect(first.happened).toEqual(['resolved']);
    expect(first.state.resolved).toMatchObject({ by: ada, armed: false });
    const { happened } = play(first.state, [21, sees(clear())], [22, sees(firing())]);
    expect(happened).toEqual(['reopened']);
  });

  test('and not for longer than an hour', () => {
    const hour = WORD_IS_TAKEN_MS / MINUTE;
    const { happened } = play(opened(), [1, resolves()], [hour, sees(firing())], [hour + 1, sees(firing())]);
    expect(happened).toEqual(['resolved', 'reopened']);
  });

  test('no data does not open it again', () => {
    const { happened } = play(opened(), [1, resolves()], [90, sees(firing({ state: 'no_data' }))]);
    expect(happened).toEqual(['resolved']);
  });

  test.each<[IncidentEvent['kind'], IncidentEvent]>([
    ['acknowledge', acks(ben)],
    ['escalate', { kind: 'escalate', by: ben }],
    ['silence', silences(600, ben)],
    ['resolve', resolves(ben)],
  ])('%s: refused when it is over', (_, event) => {
    expect(play(opened(), [1, resolves()], [2, event]).refused).toEqual(['incident-over']);
  });

  test('resolving twice is once, and a note may follow', () => {
    const note: IncidentEvent = { kind: 'note', by: ben, text: ' It was the prompt. ' };
    const { happened, refused } = play(opened(), [1, resolves()], [2, resolves()], [3, note]);
    expect([happened, refused]).toEqual([['resolved', 'noted'], []]);
  });
});

describe('silence', () => {
  test('ends on time, and asks anew for what is still wrong', () => {
    const { state, happened } = play(opened(), [5, timer], [6, silences(120)], [119, timer], [120, timer]);
    expect(happened).toEqual(['silenced', 'silence-ended']);
    expect(state.silence).toBeNull();
    expect(state.asked).toMatchObject({ rung: 'first', person: ada, atMs: START + 120 * MINUTE });
    expect(nextTimerMs(state, START + 120 * MINUTE)).toBe(START + 130 * MINUTE);
  });

  test('leaves what was acknowledged to whoever has it', () => {
    const { state } = play(opened(), [1, acks(ben)], [2, silences(60)], [60, timer]);
    expect(state).toMatchObject({ status: 'acknowledged', asked: { person: ada, atMs: START } });
  });

  test('outlives the end, so that what returns wakes nobody', () => {
    const { state } = play(...([opened(), [1, silences(600)]] as const), ...looks(2, 20, clear()), [
      30,
      sees(firing()),
    ]);
    expect(state).toMatchObject({ status: 'open', reopenings: 1, silence: { by: ada } });
    expect(nextTimerMs(state, START + 30 * MINUTE)).toBe(START + 600 * MINUTE);
  });

  test.each([
    ['time-passed', 0],
    ['silence-too-long', LONGEST_SILENCE_MS / MINUTE + 2],
  ])('%s', (why, until) => {
    expect(play(opened(), [1, silences(until)]).refused).toEqual([why]);
  });
});

describe('notes and figures', () => {
  test.each([
    ['note-empty', '  \n '],
    ['note-too-long', 'x'.repeat(LONGEST_NOTE + 1)],
  ])('%s', (why, text) => {
    expect(play(opened(), [1, { kind: 'note', by: ada, text }]).refused).toEqual([why]);
  });

  test('figures are kept at once and redrawn now and then', () => {
    const soon = advance(opened(), sees(firing({ value: 0.8 })), at(START + MINUTE));
    expect(soon).toMatchObject({ quiet: true, state: { version: 1, finding: { value: 0.8 } } });
    const later = advance(opened(), sees(firing({ value: 0.8 })), at(START + REDRAW_MS));
    expect(later).toMatchObject({ quiet: false, happened: [], state: { version: 2 } });
  });

  test('that nothing is known any more is drawn at once', () => {
    const blind = advance(
      opened(),
      sees(firing({ state: 'cannot_know', value: null })),
      at(START + MINUTE, LADDER_OF_NOW),
    );
    expect(blind).toMatchObject({ quiet: false, state: { version: 2 } });
  });
});
