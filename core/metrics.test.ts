import { describe, expect, test } from 'vitest';
import { histogramOf } from './histogram.ts';
import { dailyBaseline, figuresOf, totalOf, type Tallies, type Tally } from './metrics.ts';

const SCOPE = { agent: 'fraud-review', version: null, route: null };
const HOUR = 3_600_000;
const n = (count: number, sum = 0): Tally => ({ n: count, sum, histogram: null });
const spread = (...ms: number[]): Tally => ({
  n: ms.length,
  sum: ms.reduce((a, b) => a + b, 0),
  histogram: histogramOf(ms),
});
const figures = (tallies: Tallies, baseline: number | null = null) =>
  figuresOf(SCOPE, { fromMs: 0, toMs: HOUR }, tallies, baseline);

describe('a figure says whether it was measured, whether nothing happened, or whether nobody can know', () => {
  test('nothing at all: every figure is without data, and none is 0', () => {
    const { scope, fromMs, toMs, runs, cancelled, rehearsal, scores, costAgainstBaseline, ...rest } = figures(
      {},
    );
    expect({ scope, fromMs, toMs, runs, cancelled, rehearsal }).toMatchObject({ runs: 0, rehearsal: false });
    for (const figure of [...Object.values(rest), ...Object.values(scores)])
      expect(figure).toEqual({ state: 'no_data' });
    expect(costAgainstBaseline).toEqual({ state: 'cannot_know', why: 'no_baseline' });
  });

  test('runs that nobody scored: their faithfulness cannot be known, and is not fine', () => {
    const ran = figures({ 'run.done': n(40) });
    expect(ran.scores.faithfulness).toEqual({ state: 'cannot_know', why: 'not_scored' });
    expect(ran.errorRate).toEqual({ state: 'measured', value: 0, sample: 40 });
    expect(ran.piiLeaks).toEqual({ state: 'measured', value: 0, sample: 40 });
    expect(ran.latencyP95Ms).toEqual({ state: 'no_data' });
  });

  test('a sample that no judge could measure is not a score of 0', () => {
    const asked = figures({ 'unscored.judge': n(3), 'score.faithfulness': n(2, 1.8) });
    expect(asked.scores.judge).toEqual({ state: 'cannot_know', why: 'not_scored' });
    expect(asked.scores.faithfulness).toEqual({ state: 'measured', value: 0.9, sample: 2 });
  });
});

test('a refusal is no error, and a run that was called off is neither', () => {
  const got = figures({ 'run.done': n(6), 'run.refused': n(2), 'run.failed': n(2), 'run.cancelled': n(90) });
  expect(got.errorRate).toEqual({ state: 'measured', value: 0.2, sample: 10 });
  expect(got).toMatchObject({ runs: 10, cancelled: 90 });
});

test('declined and edited are overrides of what people decided', () => {
  const got = figures({
    decision: spread(1000, 2000, 3000, 4000),
    'override.declined': n(1),
    'override.edited': n(1),
  });
  expect(got.overrideRate).toEqual({ state: 'measured', value: 0.5, sample: 4 });
  expect(got.timeToDecisionP50Ms).toMatchObject({ state: 'measured', sample: 4 });
});

test('the baseline is the median of days on which anything was spent, and less than three days are none', () => {
  expect(dailyBaseline([0, 10, 0, 20])).toBeNull();
  expect(dailyBaseline([0, 10, 0, 30, 20])).toBe(20);
  expect(dailyBaseline([10, 20, 30, 1_000_000])).toBe(25);
  // an hour of a day that usually costs 2,400
  expect(figures({ cost: n(5, 300) }, 2_400).costAgainstBaseline).toEqual({
    state: 'measured',
    value: 3,
    sample: 5,
  });
});

test('slots add up to what happened in all of them', () => {
  const all = totalOf([
    { tallies: { latency: spread(10, 20), 'run.done': n(2) } },
    { tallies: { latency: spread(30) } },
  ]);
  expect(all).toEqual({ latency: spread(10, 20, 30), 'run.done': n(2) });
});
