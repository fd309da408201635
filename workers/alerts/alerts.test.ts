import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FindingState } from '../../core/alerts/finding.ts';
import {
  ALERT_RULE_NAMES,
  ALERT_RULES,
  thresholdFor,
  type AlertRuleName,
} from '../../core/alerts/thresholds.ts';
import { histogramOf } from '../../core/histogram.ts';
import type { Measure, Slot, Tally } from '../../core/metrics.ts';
import { alertRules } from './index.ts';
import { likelihoodOf, surelyAbove } from './reading/certainty.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type AgentHistory } from './reading/history.ts';
import { judge, type Before } from './reading/judge.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0);

const n = (count: number, sum = 0): Tally => ({ n: count, sum, histogram: null });
const latency = (...ms: number[]): Tally => ({ n: ms.length, sum: 0, histogram: histogramOf(ms) });
type Counted = Partial<Record<Measure, Tally>>;

/** What happened, so many minutes ago; more than three hours ago it stands in its hour. */
function history(...happened: readonly (readonly [minutesAgo: number, counted: Counted])[]): AgentHistory {
  const slots = (spanMs: number, recent: boolean): Slot[] =>
    happened
      .filter(([ago]) => ago <= 180 === recent)
      .map(([ago, tallies]) => ({
        atMs: Math.floor((NOW - ago * MINUTE_MS) / spanMs) * spanMs,
        spanMs,
        tallies,
      }))
      .sort((a, b) => a.atMs - b.atMs);
  return {
    agent: 'fraud-review',
    version: '1.1.0',
    minutes: slots(MINUTE_MS, true),
    hours: slots(HOUR_MS, false),
  };
}

function say(name: AlertRuleName, h: AgentHistory, before: Before | null = null, atMs = NOW) {
  const rule = alertRules.find((one) => one.name === name);
  const threshold = thresholdFor(name, h.agent, []);
  if (!rule || !threshold) throw new Error(name);
  return judge(rule, h, threshold, { atMs, before });
}

const days = (each: Counted, from: number, to: number): (readonly [number, Counted])[] =>
  Array.from({ length: to - from + 1 }, (_, i) => [(from + i) * 1440 - 60, each] as const);

test('every rule has its file, its line in the registry and its facts, and nothing else lies in the folder', () => {
  const files = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^index\.ts$|\.test\.ts$/.test(entry.name))
    .map(({ name }) => name.replace(/\.ts$/, ''));
  expect(files.sort()).toEqual([...ALERT_RULE_NAMES].sort());
  expect(alertRules.map(({ name }) => name)).toEqual([...ALERT_RULE_NAMES]);
});

/** For each rule: what fires it, what lies between the two limits, and what is over. */
const CASES: Readonly<
  Record<AlertRuleName, readonly [fires: AgentHistory, between: AgentHistory | null, over: AgentHistory]>
> = {
  'error-rate': [
    history([3, { 'run.done': n(30), 'run.failed': n(10) }]),
    history([3, { 'run.done': n(96), 'run.failed': n(4) }]),
    history([3, { 'run.done': n(99), 'run.failed': n(1) }]),
  ],
  'cost-spike': [
    history([30, { cost: n(90, 3_100) }], ...days({ cost: n(90, 1_000) }, 2, 10)),
    history([30, { cost: n(90, 2_500) }], ...days({ cost: n(90, 1_000) }, 2, 10)),
    history([30, { cost: n(90, 1_500) }], ...days({ cost: n(90, 1_000) }, 2, 10)),
  ],
  faithfulness: [
    history([30, { 'score.faithfulness': n(12, 12 * 0.7) }]),
    history([30, { 'score.faithfulness': n(12, 12 * 0.86) }]),
    history([30, { 'score.faithfulness': n(12, 12 * 0.95) }]),
  ],
  'pii-leak': [
    history([1, { 'run.done': n(5), 'event.pii_leak': n(1) }]),
    null,
    history([1, { 'run.done': n(5) }], [61, { 'event.pii_leak': n(1) }]),
  ],
  slow: [
    history([8, { latency: latency(...Array<number>(30).fill(12_000)) }]),
    history([8, { latency: latency(...Array<number>(30).fill(9_000)) }]),
    history([8, { latency: latency(...Array<number>(30).fill(3_000)) }]),
  ],
  overrides: [
    history([30, { decision: n(20), 'override.declined': n(6), 'override.edited': n(4) }]),
    history([30, { decision: n(100), 'override.declined': n(18) }]),
    history([30, { decision: n(100), 'override.declined': n(10) }]),
  ],
  'eval-falling': [
    history(
      ...[0.75, 0.8, 0.88, 0.95].map(
        (mean, i) => [900 + i * 1440, { 'score.judge': n(60, 60 * mean) }] as const,
      ),
    ),
    history(
      ...[0.93, 0.94, 0.93, 0.95].map(
        (mean, i) => [900 + i * 1440, { 'score.judge': n(60, 60 * mean) }] as const,
      ),
    ),
    history(
      ...[0.95, 0.94, 0.96, 0.95].map(
        (mean, i) => [900 + i * 1440, { 'score.judge': n(60, 60 * mean) }] as const,
      ),
    ),
  ],
  'eval-worse': [
    history([1, { 'event.eval_worse': n(1) }]),
    null,
    history([1, { 'run.done': n(5) }], [8 * 1440, { 'event.eval_worse': n(1) }]),
  ],
  'cost-week': [
    history(...days({ cost: n(900, 1_400) }, 1, 7), ...days({ cost: n(900, 1_000) }, 8, 14)),
    history(...days({ cost: n(900, 1_120) }, 1, 7), ...days({ cost: n(900, 1_000) }, 8, 14)),
    history(...days({ cost: n(900, 1_000) }, 1, 7), ...days({ cost: n(900, 1_000) }, 8, 14)),
  ],
  'tool-pattern': [
    history([1, { 'event.tool_pattern': n(1) }]),
    null,
    history([1, { 'run.done': n(5) }], [1600, { 'event.tool_pattern': n(1) }]),
  ],
  'input-drift': [
    history([1, { 'event.input_drift': n(1) }]),
    null,
    history([1, { 'run.done': n(5) }], [1600, { 'event.input_drift': n(1) }]),
  ],
};

describe.each(ALERT_RULE_NAMES)('%s', (name) => {
  const [fires, between, over] = CASES[name];
  const before: Before = { sinceMs: NOW - DAY_MS };

  test('fires on its fault, with severity, limit, since when and a chart', () => {
    const finding = say(name, fires);
    expect(finding).toMatchObject({
      ...{ rule: name, agent: 'fraud-review', version: '1.1.0', fingerprint: `${name}/fraud-review` },
      ...{ state: 'firing', severity: ALERT_RULES[name].severity, unit: ALERT_RULES[name].unit },
      threshold: ALERT_RULES[name].threshold.enter,
      reason: { key: name },
    });
    expect(finding.sample).toBeGreaterThan(0);
    expect(finding.sinceMs).toBeLessThanOrEqual(NOW);
    expect(finding.series.filter(({ value }) => value !== null).length).toBeGreaterThan(0);
  });

  test('between its limits it stays as it was, and beyond the second it is over', () => {
    if (between !== null) {
      expect(say(name, between).state).toBe<FindingState>('clear');
      expect(say(name, between, before)).toMatchObject({ state: 'firing', sinceMs: before.sinceMs });
    }
    expect(say(name, over, before).state).toBe<FindingState>('clear');
    expect(say(name, over).state).toBe<FindingState>('clear');
  });

  test('without data it says so, and does not say that it is over', () => {
    expect(say(name, history())).toMatchObject({ state: 'no_data', value: null, series: [] });
    expect(say(name, history(), before)).toMatchObject({ state: 'no_data', sinceMs: before.sinceMs });
  });

  test('the same history gives the same finding, and is left as it is', () => {
    const copy = structuredClone(fires);
    expect(say(name, fires)).toEqual(say(name, fires));
    expect(fires).toEqual(copy);
  });
});

describe('what cannot be known is neither fine nor without data', () => {
  test('runs that nobody scores', () => {
    const unknown = say('faithfulness', history([30, { 'run.done': n(200) }]));
    expect(unknown).toMatchObject({ state: 'cannot_know', value: null, reason: { key: 'not-scored' } });
    expect(say('faithfulness', history([30, { 'run.done': n(20) }])).state).toBe('no_data');
    const junk = history([30, { 'run.done': n(20), 'unscored.faithfulness': n(15) }]);
    expect(say('faithfulness', junk).state).toBe('cannot_know');
  });

  test('costs without days to compare with', () => {
    const young = history([30, { cost: n(500, 9_000) }], [1500, { cost: n(90, 1_000) }]);
    expect(say('cost-spike', young)).toMatchObject({ state: 'cannot_know', reason: { key: 'no-baseline' } });
    expect(say('cost-week', young)).toMatchObject({ state: 'cannot_know', reason: { key: 'no-baseline' } });
  });
});

describe('two unlucky runs wake nobody', () => {
  test.each([
    [10, 2, false],
    [10, 9, true],
    [20, 3, false],
    [40, 10, true],
    [1_000, 55, true],
    [1_000, 40, false],
  ])('%i runs, %i failed', (all, failed, fires) => {
    const counted = history([3, { 'run.done': n(all - failed), 'run.failed': n(failed) }]);
    expect(say('error-rate', counted).state).toBe(fires ? 'firing' : 'clear');
  });

  test('the tail of the binomial is the sum of its terms', () => {
    // 10 choose k, p = 0.03, by hand
    expect(likelihoodOf(4, 10, 0.03)).toBeCloseTo(1.471e-4, 6);
    expect(likelihoodOf(1, 3, 0.5)).toBeCloseTo(0.875, 10);
    expect(likelihoodOf(0, 10, 0.03)).toBe(1);
    expect(surelyAbove(60_000, 1_000_000, 0.05)).toBe(true);
    expect(surelyAbove(50_000, 1_000_000, 0.05)).toBe(false);
  });

  test('a slow quarter of an hour has to last before it counts', () => {
    const slowRuns = { latency: latency(...Array<number>(40).fill(20_000)) };
    expect(say('slow', history([1, slowRuns])).state).toBe('clear');
    expect(say('slow', history([1, slowRuns]), null, NOW + 6 * MINUTE_MS).state).toBe('firing');
  });
});

describe('what is past is past', () => {
  const before: Before = { sinceMs: 0 };

  test('after a day of failures a few minutes without any are enough', () => {
    const recovered = history([200, { 'run.failed': n(300) }], [2, { 'run.done': n(30) }]);
    expect(say('error-rate', recovered, before).state).toBe('clear');
  });

  test('but not after a slight fault, of which a few minutes without failure are a part', () => {
    const slight = history([200, { 'run.failed': n(40), 'run.done': n(460) }], [2, { 'run.done': n(12) }]);
    expect(say('error-rate', slight, before).state).toBe('firing');
  });

  test('the same for what was slow, and for what was unfaithful', () => {
    const fast = history([200, { latency: latency(...Array<number>(90).fill(30_000)) }], [2, { latency: latency(...Array<number>(30).fill(900)) }]); // prettier-ignore
    expect(say('slow', fast, before).state).toBe('clear');
    const good = history(
      [200, { 'score.faithfulness': n(40, 20) }],
      [2, { 'score.faithfulness': n(12, 11.5) }],
    );
    expect(say('faithfulness', good, before).state).toBe('clear');
  });
});

describe('who plays new runs says how it is', () => {
  const bad = history([2, { 'score.faithfulness': n(12, 6) }]);
  const all = history([2, { 'score.faithfulness': n(24, 18) }]);
  const inForce = ({ minutes, hours }: AgentHistory) => ({ version: '1.2.0', minutes, hours });
  const before: Before = { sinceMs: NOW - HOUR_MS };

  test('once rolled back, what the version before did a minute ago is past, and does not come back', () => {
    const good = { ...all, inForce: inForce(history([1, { 'score.faithfulness': n(12, 12) }])) };
    expect(say('faithfulness', good, before)).toMatchObject({ state: 'clear', value: 1, sample: 12 });
    expect(say('faithfulness', good).state).toBe('clear');
  });

  test('a worse one is found beside what a better one did before', () => {
    const diluted = history([2, { 'score.faithfulness': n(112, 106) }]);
    expect(say('faithfulness', diluted).state).toBe('clear');
    const worse = { ...diluted, inForce: inForce(bad) };
    expect(say('faithfulness', worse)).toMatchObject({ state: 'firing', version: '1.2.0', sample: 12 });
  });

  test('until enough is known of it, everything counts', () => {
    const few = { ...bad, inForce: inForce(history([1, { 'score.faithfulness': n(3, 3) }])) };
    expect(say('faithfulness', few, before)).toMatchObject({ state: 'firing', version: '1.1.0', value: 0.5 });
  });
});

test('a flood is one finding a rule, counted once', () => {
  const minutes = Array.from({ length: 100 }, (_, i) => [100 - i, { 'run.failed': n(1_000), 'event.pii_leak': n(100) }] as const); // prettier-ignore
  expect(say('error-rate', history(...minutes))).toMatchObject({ state: 'firing', value: 1 });
  expect(say('pii-leak', history(...minutes))).toMatchObject({ state: 'firing', value: 6_000 });
});

test('it knows when it began', () => {
  const minutes = Array.from({ length: 90 }, (_, i) => [90 - i, { 'run.done': n(20), 'run.failed': n(i >= 60 ? 20 : 0) }] as const); // prettier-ignore
  const { sinceMs } = say('error-rate', history(...minutes));
  expect((NOW - (sinceMs ?? 0)) / MINUTE_MS).toBeGreaterThanOrEqual(28);
  expect((NOW - (sinceMs ?? 0)) / MINUTE_MS).toBeLessThanOrEqual(31);
});
