import { describe, expect, test } from 'vitest';
import { carried, carriedSentences, LINT_ENGLISH, LINT_GERMAN } from '../policy-lint-words.ts';
import { figureWords, reasonSentence, type ReasonKey } from './reasons.ts';
import { ALERT_RULE_NAMES, ALERT_RULES, AlertTuning, lintTunings, thresholdFor } from './thresholds.ts';

describe('a policy tunes the alerts', () => {
  test('the row of the table stands in code, rule by rule', () => {
    const row = Object.entries(ALERT_RULES).map(([name, { severity, threshold }]) => [
      severity,
      name,
      threshold.enter,
    ]);
    expect(row).toEqual([
      ['p0', 'error-rate', 0.05],
      ['p0', 'cost-spike', 3],
      ['p0', 'faithfulness', 0.85],
      ['p0', 'pii-leak', 0],
      ['p1', 'slow', 10_000],
      ['p1', 'overrides', 0.2],
      ['p1', 'eval-falling', 0.03],
      ['p1', 'eval-worse', 0],
      ['p2', 'cost-week', 1.15],
      ['p2', 'tool-pattern', 0],
      ['p2', 'input-drift', 0],
    ]);
  });

  test('what it does not name stays, the agent goes before everybody, and off is off', () => {
    const usual = ALERT_RULES['error-rate'].threshold;
    expect(thresholdFor('error-rate', 'a', [])).toEqual(usual);
    const tunings: AlertTuning[] = [
      { rule: 'error-rate', enter: 0.1 },
      { rule: 'error-rate', agent: 'a', minSample: 50, clearMinutes: 5 },
      { rule: 'slow', off: true },
    ];
    expect(thresholdFor('error-rate', 'b', tunings)).toEqual({ ...usual, enter: 0.1 });
    expect(thresholdFor('error-rate', 'a', tunings)).toEqual({ ...usual, minSample: 50, clearMinutes: 5 });
    expect(thresholdFor('slow', 'a', tunings)).toBeNull();
    expect(thresholdFor('overrides', 'a', tunings)).toEqual(ALERT_RULES.overrides.threshold);
  });

  test('what every rule says by default has nothing wrong with it', () => {
    const all = ALERT_RULE_NAMES.filter((rule) => rule !== 'pii-leak').map((rule) => ({ rule, ...ALERT_RULES[rule].threshold })); // prettier-ignore
    expect(lintTunings(all)).toEqual([]);
  });

  test.each([
    ['error-rate', { enter: 1.5 }, ['alert-unreachable']],
    ['error-rate', { enter: 0.01 }, ['alert-both']],
    ['faithfulness', { enter: 0.95 }, ['alert-both']],
    ['faithfulness', { leave: 1.2 }, ['alert-unreachable']],
    ['pii-leak', { off: true }, ['alert-always']],
    ['pii-leak', { enter: 5 }, ['alert-always']],
    ['slow', {}, ['alert-nothing']],
    ['slow', { off: true, enter: 20_000 }, ['alert-off-and-limits']],
    ['slow', { enter: 20_000 }, []],
  ] as const)('%s with %o', (rule, tuning, found) => {
    const findings = lintTunings([{ rule, ...tuning }]);
    expect(findings.map(({ what }) => what)).toEqual(found);
    expect(findings.every(({ alert }) => alert === 1)).toBe(true);
    const said = carried(
      findings.map(({ alert, ...one }) => ({ ...one, rule: alert, about: 'alert' as const })),
    );
    for (const words of [LINT_ENGLISH, LINT_GERMAN])
      expect(carriedSentences(said, words).split('alerts[1]: ').length - 1).toBe(found.length);
  });

  test('a second tuning of the same never counts', () => {
    const twice = { rule: 'slow', enter: 12_000 } as const;
    expect(lintTunings([twice, twice])).toMatchObject([{ what: 'alert-twice', alert: 2 }]);
  });

  test('what is no tuning is none', () => {
    for (const wrong of [
      { rule: 'no-such' },
      { rule: 'slow', enter: -1 },
      { rule: 'slow', when: 'now' },
      { rule: 'slow', forMinutes: 9_999 },
      { rule: 'slow', clearMinutes: 0 },
    ])
      // prettier-ignore
      expect(AlertTuning.safeParse(wrong).success).toBe(false);
  });
});

describe('every reason has its sentence in both languages', () => {
  const params = {
    ...{
      hits: 4,
      of: 20,
      value: 0.2,
      limit: 0.05,
      minutes: 15,
      spent: 4_120_000,
      usual: 1_000_000,
      before: 1_000_000,
    },
    ...{ count: 2, runs: 40, metric: 'faithfulness', from: 0.95, to: 0.81, sample: 3, need: 10, unscored: 0 },
    ...{ firing: 37, total: 40, agents: 37 },
  };
  const keys: ReasonKey[] = [...ALERT_RULE_NAMES, 'gathered', 'not-scored', 'no-baseline', 'too-few'];

  test.each(keys)('%s', (key) => {
    const [english, german] = [reasonSentence({ key, params }), reasonSentence({ key, params }, 'de')];
    for (const said of [english, german]) expect(said).toMatch(/^[A-Z0-9„$].*\.$/);
    expect(english).not.toBe(german);
    expect(english + german).not.toMatch(/undefined|NaN/);
  });

  test('figures are written as the language writes them', () => {
    expect(reasonSentence({ key: 'error-rate', params })).toBe(
      '4 of 20 runs failed in the last 15 minutes: 20%, where 5% is the limit.',
    );
    expect(
      reasonSentence({ key: 'error-rate', params: { ...params, value: 0.125, minutes: 360 } }, 'de'),
    ).toMatch(/letzten 6 Stunden gescheitert: 12,5\s%/);
    expect([
      figureWords('ms')(12_340),
      figureWords('usd_micros')(4_120_000),
      figureWords('ratio')(3),
    ]).toEqual(['12.3 s', 'US$4.12', '3×']);
  });

  test('a key of a later version says itself', () => {
    expect(reasonSentence({ key: 'moon-phase', params: {} })).toBe('moon-phase');
  });
});
