import type { Compared } from '../core/evals/evaluation.ts';

export type Comparison = Compared;

export type Marks = Readonly<Record<string, number>>;

const RESAMPLES = 10_000;
const LEVEL = 0.95;
/** Below this a bootstrap interval is known to be too short to be believed. */
const FEWEST = 10;
const SEED = 20_931;

/** Mulberry32 (Tommy Ettinger, public domain): the same cases are always judged alike. */
function createDice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * sides);
  };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

function verdictOf(shared: number, low: number, high: number): Comparison['verdict'] {
  if (shared < FEWEST) return 'unknown';
  if (high < 0) return 'worse';
  return low > 0 ? 'better' : 'same';
}

/**
 * Paired bootstrap over cases, percentile interval (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
 * chapters 13 and 16): each case is its own control, so that hard cases do not count as noise. The dice are seeded.
 */
export function compareMarks(before: Marks, now: Marks, seed = SEED): Comparison {
  const gains = Object.keys(now)
    .filter((id) => Object.hasOwn(before, id))
    .sort()
    .map((id) => (now[id] ?? 0) - (before[id] ?? 0));
  if (gains.length === 0)
    return { shared: 0, difference: Number.NaN, low: Number.NaN, high: Number.NaN, verdict: 'unknown' };
  const roll = createDice(seed);
  const means = Array.from({ length: RESAMPLES }, () =>
    mean(gains.map(() => gains[roll(gains.length)] ?? 0)),
  );
  means.sort((a, b) => a - b);
  const at = (share: number): number => means[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? 0;
  const [low, high] = [at((1 - LEVEL) / 2), at((1 + LEVEL) / 2)];
  return {
    shared: gains.length,
    difference: mean(gains),
    low,
    high,
    verdict: verdictOf(gains.length, low, high),
  };
}
