import { expect, test } from 'vitest';
import { RunId } from './ids.ts';
import { DEFAULT_SAMPLE_SHARE, isSampled } from './sampling.ts';

const runs = Array.from({ length: 20_000 }, (_, i) => RunId.parse(`run_${String(i).padStart(26, '0')}`));
const sampled = (share: number): readonly RunId[] => runs.filter((run) => isSampled(run, share));

test('one run in twenty is scored, the same ones each time', () => {
  const some = sampled(DEFAULT_SAMPLE_SHARE);
  expect(some.length / runs.length).toBeCloseTo(DEFAULT_SAMPLE_SHARE, 2);
  expect(sampled(DEFAULT_SAMPLE_SHARE)).toEqual(some);
});

test('a share that grows keeps what it had; none is none, the whole is everything', () => {
  const more = new Set(sampled(0.2));
  expect(sampled(0.05).every((run) => more.has(run))).toBe(true);
  expect(sampled(0)).toEqual([]);
  expect(sampled(1)).toEqual(runs);
});
