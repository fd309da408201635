import { describe, expect, test } from 'vitest';
import { estimateMs, type Throughput } from './estimate.ts';

describe('what cannot be said is not said', () => {
  const known: Throughput = { working: 4, left: 10, leftWorkedMs: 600_000, soFarMs: 0 };
  test.each<[string, number, Partial<Throughput>]>([
    ['nothing was measured', 3, { left: 0, leftWorkedMs: 0 }],
    ['too little was measured', 3, { left: 2 }],
    ['nothing is at work, so nothing will leave', 3, { working: 0 }],
    ['it has no position', 0, {}],
  ])('%s', (_, position, change) => {
    expect(estimateMs(position, { ...known, ...change })).toBeNull();
  });

  test('position over what leaves in a minute: 40th at 4 places of a minute each waits ten', () => {
    expect(estimateMs(40, known)).toBe(600_000);
  });

  test('while everything hangs the answer grows', () => {
    const hangs = (minutes: number) => estimateMs(40, { ...known, soFarMs: 4 * minutes * 60_000 }) ?? 0;
    expect(hangs(10)).toBeGreaterThan(hangs(1));
    expect(hangs(60)).toBeGreaterThan(20 * 60_000);
  });
});

/** Repeatable numbers in (0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 4_294_967_298;
  };
}

/**
 * A line in front of so many places, played second by second: what is said of each run as it comes, beside how long it
 * then really waited.
 */
function simulate(places: number, lengthMs: (r: () => number) => number, seed: number) {
  const r = random(seed);
  const line: { cameAt: number; said: number | null }[] = [];
  const working: { since: number; until: number }[] = [];
  const left: { at: number; workedMs: number }[] = [];
  const told: { saidMs: number; wasMs: number }[] = [];
  let silent = 0;
  for (let now = 0; now < 4 * 3_600_000; now += 1_000) {
    for (const one of working.filter(({ until }) => until <= now)) {
      working.splice(working.indexOf(one), 1);
      left.push({ at: now, workedMs: now - one.since });
    }
    // A little more than can be done for two hours, then less.
    const load = now < 2 * 3_600_000 ? 1.15 : 0.4;
    if (r() < (load * places * 1_000) / 60_000) {
      const recent = left.filter(({ at }) => at > now - 3_600_000).slice(-200);
      const said = estimateMs(line.length + 1, {
        working: working.length,
        left: recent.length,
        leftWorkedMs: recent.reduce((sum, { workedMs }) => sum + workedMs, 0),
        soFarMs: working.reduce((sum, { since }) => sum + now - since, 0),
      });
      line.push({ cameAt: now, said });
    }
    while (line.length > 0 && working.length < places) {
      const [next] = line.splice(0, 1);
      if (!next) break;
      working.push({ since: now, until: now + lengthMs(r) });
      const wasMs = now - next.cameAt;
      if (wasMs <= 30_000) continue;
      if (next.said === null) silent++;
      else told.push({ saidMs: next.said, wasMs });
    }
  }
  return { told, silent };
}

const exponential = (r: () => number) => -60_000 * Math.log(r());
const even = (r: () => number) => 40_000 + 40_000 * r();
const mixed = (r: () => number) => (r() < 0.8 ? 20_000 : 220_000);

test.each([
  ['runs of even length', even, 4],
  ['memoryless runs', exponential, 10],
  ['mostly short runs and some long ones', mixed, 20],
] as const)('what was said is what came: %s', (_, lengthMs, places) => {
  const { told, silent } = simulate(places, lengthMs, 7);
  expect(told.length).toBeGreaterThan(50);
  expect(silent).toBeLessThan(3 * places);
  const ratios = told.map(({ saidMs, wasMs }) => saidMs / wasMs).sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.floor(share * (ratios.length - 1))] ?? NaN;
  expect(at(0.5)).toBeGreaterThan(0.75);
  expect(at(0.5)).toBeLessThan(1.35);
  expect(at(0.1)).toBeGreaterThan(0.5);
  expect(at(0.9)).toBeLessThan(2);
});
