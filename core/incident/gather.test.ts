import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding, FindingState, Severity } from '../alerts/finding.ts';
import { advance } from './advance.ts';
import { at, firing, INC, LADDER_OF_NOW, MINUTE, per, START } from './examples.ts';
import {
  gatheredFingerprint,
  gatheredFinding,
  HANDFUL,
  MANY,
  placeFindings,
  readGathered,
  seenCondition,
  worstFirst,
  type Around,
  type Condition,
} from './gather.ts';
import { STAYS_CLEAR_MS } from './limits.ts';
import { openIncident } from './open.ts';
import type { IncidentState } from './types.ts';

const about = (rule: string, agent: string | null, severity: Severity = 'p0'): Finding =>
  firing({ rule, agent, severity, fingerprint: `${rule}/${agent}` });
const agents = (count: number, rule: string, severity: Severity = 'p0'): Finding[] =>
  Array.from({ length: count }, (_, i) => about(rule, `${rule}-agent-${i}`, severity));
const NOTHING: Around = { recent: [], gathering: new Set() };
const shape = (fresh: readonly Finding[], around: Partial<Around> = {}) => {
  const { alone, gathered } = placeFindings(fresh, { ...NOTHING, ...around });
  return {
    alone: alone.length,
    ...Object.fromEntries([...gathered].map(([key, findings]) => [key, findings.length])),
  };
};

describe('where each belongs', () => {
  const rules = ['error-rate', 'slow', 'overrides', 'faithfulness', 'cost-spike', 'eval-falling', 'pii-leak'];
  const atOne = (count: number) => rules.slice(0, count).map((rule) => about(rule, 'refunds'));
  const mixed = rules.slice(0, 6).flatMap((rule, i) => agents(2, rule, i === 0 ? 'p0' : 'p1'));

  test.each<[string, Finding[], Partial<Around>, Record<string, number>]>([
    ['one', agents(1, 'slow'), {}, { alone: 1 }],
    ['a handful of one rule', agents(HANDFUL, 'slow'), {}, { alone: HANDFUL }],
    ['more of one rule', agents(HANDFUL + 1, 'slow'), {}, { alone: 0, 'gathered/rule/slow': HANDFUL + 1 }],
    ['one more of it within the window', agents(1, 'slow'), { recent: agents(HANDFUL, 'slow') }, { alone: 0, 'gathered/rule/slow': 1 }], // prettier-ignore
    ['one more of it while it gathers', agents(1, 'slow'), { gathering: new Set(['gathered/rule/slow']) }, { alone: 0, 'gathered/rule/slow': 1 }], // prettier-ignore
    ['many rules at one agent', atOne(6), {}, { alone: 0, 'gathered/agent/refunds': 6 }],
    ['a handful of rules at one agent', atOne(5), {}, { alone: 5 }],
    ['too many of any kind', mixed, {}, { alone: 0, 'gathered/all': 12 }],
    ['a P0 of its own beside a storm', [...agents(40, 'slow', 'p1'), about('pii-leak', 'letters')], {}, { alone: 1, 'gathered/rule/slow': 40 }], // prettier-ignore
    ['a P0 of its own among too many', [...mixed, about('pii-leak', 'letters')], {}, { alone: 1, 'gathered/all': 12 }], // prettier-ignore
    ['nothing', [], {}, { alone: 0 }],
  ])('%s', (_, fresh, before, expected) => {
    expect(shape(fresh, before)).toEqual(expected);
  });
});

const finding = fc
  .record({
    rule: fc.constantFrom('error-rate', 'slow', 'overrides', 'faithfulness', 'pii-leak', 'cost-spike', 'own'),
    agent: fc.option(fc.integer({ min: 0, max: 30 }).map((i) => `agent-${i}`)),
    severity: fc.constantFrom<Severity>('p0', 'p1'),
  })
  .map(({ rule, agent, severity }) => about(rule, agent, severity));
const findings = fc.uniqueArray(finding, { maxLength: 200, selector: (one) => one.fingerprint });

test('nothing is lost, nothing is in two places, and never are there more threads than a handful of each kind', () => {
  fc.assert(
    fc.property(findings, findings, (fresh, recent) => {
      const { alone, gathered } = placeFindings(fresh, { recent, gathering: new Set() });
      const placed = [...alone, ...[...gathered.values()].flat()];
      expect(placed).toHaveLength(fresh.length);
      expect(new Set(placed)).toEqual(new Set(fresh));
      expect(alone.length).toBeLessThanOrEqual(MANY);
      for (const [key, each] of gathered) expect([readGathered(key) !== null, each.length > 0]).toEqual([true, true]); // prettier-ignore
    }),
  );
});

test('in whatever order they are found, they belong to the same places', () => {
  fc.assert(
    fc.property(
      findings.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      ([all, shuffled]) => {
        expect(shape(shuffled)).toEqual(shape(all));
      },
    ),
  );
});

test('a fingerprint says what was gathered, with whatever name', () => {
  fc.assert(
    fc.property(fc.constantFrom('rule', 'agent'), fc.string(), (by, name) => {
      expect(readGathered(gatheredFingerprint(by, name))).toEqual({ by, name });
    }),
  );
  expect([readGathered('gathered/all'), readGathered('slow/refunds')]).toEqual([
    { by: 'all', name: '' },
    null,
  ]);
});

describe('one of many', () => {
  const one = about('slow', 'refunds');
  const clear: Finding = { ...one, state: 'clear' };

  test('is over by itself when it stayed clear, and back when it fires', () => {
    const first = seenCondition(null, one, START);
    const cleared = seenCondition(first, clear, START + MINUTE);
    expect([first.overAtMs, cleared.clearSinceMs, cleared.overAtMs]).toEqual([null, START + MINUTE, null]);
    const over = seenCondition(cleared, clear, START + MINUTE + STAYS_CLEAR_MS);
    expect(over.overAtMs).toBe(START + MINUTE + STAYS_CLEAR_MS);
    const back = seenCondition(over, one, START + 60 * MINUTE);
    expect([back.overAtMs, back.clearSinceMs, back.sinceMs]).toEqual([null, null, START + 60 * MINUTE]);
  });

  test.each([2, 60])(
    'is over after the %i minutes that its rule is tuned to, and the whole not before',
    (clearMinutes) => {
      const tuned: Finding = { ...clear, clearMinutes };
      const cleared = seenCondition(seenCondition(null, one, START), tuned, START + MINUTE);
      const after = (minutes: number) => seenCondition(cleared, tuned, START + (1 + minutes) * MINUTE);
      expect([after(clearMinutes - 1).overAtMs, after(clearMinutes).overAtMs]).toEqual([
        null,
        START + (1 + clearMinutes) * MINUTE,
      ]);
      const usual = seenCondition(null, about('slow', 'b', 'p1'), START);
      const whole = (...all: Condition[]) => gatheredFinding('gathered/all', all, null).clearMinutes;
      expect(whole(after(clearMinutes))).toBe(clearMinutes);
      expect(whole(after(clearMinutes), usual)).toBe(Math.max(clearMinutes, STAYS_CLEAR_MS / MINUTE));
      expect(whole({ ...usual, overAtMs: START })).toBeUndefined();
    },
  );

  test.each<FindingState>(['no_data', 'cannot_know', 'firing'])('that comes to %s is not clear', (state) => {
    const cleared = seenCondition(seenCondition(null, one, START), clear, START + MINUTE);
    const next = seenCondition(cleared, { ...one, state }, START + 60 * MINUTE);
    expect([next.clearSinceMs, next.overAtMs]).toEqual([null, null]);
  });

  test('comes before what is less bad: by severity, then by how far beyond its limit', () => {
    const value = (
      rule: string,
      name: string,
      v: number | null,
      threshold: number,
      severity: Severity = 'p0',
    ) => seenCondition(null, { ...about(rule, name, severity), value: v, threshold }, START);
    const sorted = worstFirst([
      value('slow', 'p1', 90_000, 10_000, 'p1'),
      value('error-rate', 'none', null, 0.05),
      value('error-rate', 'little', 0.06, 0.05),
      value('faithfulness', 'below', 0.2, 0.85),
      value('error-rate', 'much', 0.9, 0.05),
    ]);
    expect(sorted.map(({ agent }) => agent)).toEqual(['much', 'below', 'little', 'none', 'p1']);
  });
});

describe('the incident that gathers', () => {
  const key = 'gathered/rule/slow';
  const look = (states: readonly FindingState[], told: number | null): Finding =>
    gatheredFinding(
      key,
      states.map((state, i) => seenCondition(null, { ...about('slow', `a${i}`, 'p1'), state }, START)),
      told,
    );
  const fired = (count: number, told: number | null = null) =>
    look(
      Array.from({ length: count }, (): FindingState => 'firing'),
      told,
    );
  const begun = (): IncidentState => openIncident(INC, fired(6), at(START)).state;
  const after = (state: IncidentState, seen: Finding, minutes: number) => {
    const result = advance(state, { kind: 'observe', finding: seen }, at(START + minutes * MINUTE));
    if (!result.ok) throw new Error('a rule was refused');
    return result;
  };

  test.each<[FindingState[], FindingState]>([
    [['clear', 'firing', 'no_data'], 'firing'],
    [['clear', 'no_data'], 'no_data'],
    [['no_data', 'cannot_know'], 'cannot_know'],
    [['clear', 'clear'], 'clear'],
  ])('%j is %s of all', (states, whole) => expect(look(states, null).state).toBe(whole));

  test('tells again at twice as many, whoever had acknowledged the lesser thing, and only then', () => {
    const acknowledged = advance(begun(), { kind: 'acknowledge', by: per('ada') }, at(START));
    if (!acknowledged.ok) throw new Error('refused');
    const more = after(acknowledged.state, fired(11, 6), 1);
    expect(more.happened).toEqual([]);
    const grown = after(more.state, fired(12, 6), 2);
    expect(grown.happened).toMatchObject([
      { what: 'grew', detail: { firing: 12, person: LADDER_OF_NOW.first } },
    ]);
    expect(grown.state).toMatchObject({
      status: 'open',
      acknowledged: null,
      finding: { gathered: { told: 12 } },
    });
    expect(after(grown.state, fired(12, 12), 3).happened).toEqual([]);
  });

  test('a thousand that come one by one are told of a few times, not a thousand', () => {
    let state = begun();
    let told = 0;
    const six = fired(6);
    const counted = (firing: number, before: number): Finding => ({
      ...six,
      gathered: { by: 'rule', firing, over: 0, total: firing, agents: firing, told: before },
    });
    for (let count = 7; count <= 1_000; count += 1) {
      const result = after(state, counted(count, state.finding.gathered?.told ?? count), 1);
      told += result.happened.length;
      state = result.state;
    }
    expect(told).toBe(7);
  });

  test('silence is kept while it grows; a P0 among P1s is worse, and ends it', () => {
    const silent = advance(
      begun(),
      { kind: 'silence', by: per('mara'), untilMs: START + 60 * MINUTE },
      at(START),
    );
    if (!silent.ok) throw new Error('refused');
    const grown = after(silent.state, fired(20, 6), 1);
    expect(grown.happened).toMatchObject([{ what: 'grew' }]);
    expect(grown.happened[0]?.detail).not.toHaveProperty('person');
    expect(grown.state.silence).not.toBeNull();
    const worse = after(silent.state, { ...fired(6, 6), severity: 'p0' }, 1);
    expect(worse.state.silence).toBeNull();
  });

  test('is over when each of them stayed clear', () => {
    const clear = look(['clear', 'clear'], 6);
    const cleared = after(begun(), clear, 1);
    expect(after(cleared.state, clear, 17).happened).toMatchObject([{ what: 'stayed-clear' }]);
  });
});
