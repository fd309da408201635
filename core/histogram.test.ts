import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf, EMPTY_HISTOGRAM, histogramOf, mergeHistograms, quantile, valueOf } from './histogram.ts';

const durations = fc.array(fc.double({ min: 0, max: 5_000_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

const exact = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
};

test('a quantile is at most 1% off, and under a millisecond it is 0', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, share) => {
      const truth = exact(values, share);
      const read = quantile(histogramOf(values), share) ?? Number.NaN;
      if (truth < 1) expect(read).toBe(0);
      else expect(Math.abs(read - truth) / truth).toBeLessThanOrEqual(0.01 + 1e-9);
    }),
  );
});

test('histograms add up: of parts and of the whole are the same', () => {
  fc.assert(
    fc.property(durations, durations, durations, (a, b, c) => {
      const whole = histogramOf([...a, ...b, ...c]);
      expect(mergeHistograms([a, b, c].map(histogramOf))).toEqual(whole);
      expect(mergeHistograms([mergeHistograms([histogramOf(c), histogramOf(b)]), histogramOf(a)])).toEqual(
        whole,
      );
    }),
  );
});

test('nothing has no quantile, and what took more than 30 days counts as 30 days', () => {
  expect(quantile(EMPTY_HISTOGRAM, 0.5)).toBeNull();
  expect(bucketOf(1e15)).toBe(bucketOf(30 * 86_400_000));
  expect(valueOf(bucketOf(10_000))).toBeGreaterThan(9_900);
});
