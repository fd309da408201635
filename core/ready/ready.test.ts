import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../language.ts';
import { nothingKnown, type ReadyEvidence } from './evidence.ts';
import {
  judgeReady,
  READY_POINTS,
  type ReadyPointName,
  type ReadyReason,
  type ReadySubject,
} from './judge.ts';
import { readyMarkdown, readyReason } from './report.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const DAY = 86_400_000;

const subject: ReadySubject = {
  contract: {
    ...{ name: 'fraud-review', version: '1.1.0', confidenceThreshold: 0.6 },
    budget: { tokens: 1, costMicros: 500_000 as ReadySubject['contract']['budget']['costMicros'] },
  },
  ...{ promptHash: 'p', casesHash: 'c' },
};

/** Everything measured with a real model, and good. */
const good: ReadyEvidence = {
  atMs: NOW,
  evaluation: {
    ...{ id: 'evl_1', atMs: NOW - DAY, model: 'claude', rehearsal: false, promptHash: 'p', casesHash: 'c' },
    ...{ mean: 0.96, cases: 60, passing: 57, noAnswer: 8, refusedRightly: 8 },
  },
  runs: { n: 400, rehearsed: 0, refused: 3, spentMicros: 12e6, dearestMicros: 90_000, lastMs: NOW - 60_000 },
  busiest: { atMs: NOW - DAY, n: 80, p95Ms: 4_200 },
  traces: { n: 20, whole: 20, lastMs: NOW - 60_000 },
  cards: { n: 40, cited: 40, sure: 40, irreversible: 9, unsigned: 0, lastMs: NOW - DAY },
  scheduled: { id: 'evl_0', atMs: NOW - 3 * DAY, rehearsal: false },
};

const states = (evidence: ReadyEvidence): Record<string, string> =>
  Object.fromEntries(judgeReady(evidence, subject).points.map(({ point, state }) => [point, state]));
const evaluated = (change: Partial<NonNullable<ReadyEvidence['evaluation']>>): Partial<ReadyEvidence> => ({
  evaluation: good.evaluation && { ...good.evaluation, ...change },
});

describe('the seven points', () => {
  test('where nothing is known, nothing is ok: all are missing', () => {
    const { points, ready } = judgeReady(nothingKnown(NOW), subject);
    expect(points.map(({ point }) => point)).toEqual([...READY_POINTS]);
    expect(points.map(({ state }) => state)).toEqual(READY_POINTS.map(() => 'missing'));
    expect(points.map(({ measuredAtMs }) => measuredAtMs)).toEqual(READY_POINTS.map(() => null));
    expect(ready).toBe(false);
  });

  test('all that can be measured is ok, and the red team is missing: not ready', () => {
    expect(states(good)).toEqual({
      ...{ cases: 'ok', cost: 'ok', latency: 'ok', traces: 'ok', cards: 'ok', weekly: 'ok' },
      'red-team': 'missing',
    });
    expect(judgeReady(good, subject).ready).toBe(false);
  });

  const { runs, cards, busiest, scheduled, traces } = good;
  test.each<[string, Partial<ReadyEvidence>, ReadyPointName, 'not_ok' | 'missing']>([
    ['49 of 60 pass', evaluated({ passing: 49 }), 'cases', 'not_ok'],
    ['the mean is below the gate', evaluated({ mean: 0.91 }), 'cases', 'not_ok'],
    ['it was rehearsed', evaluated({ rehearsal: true }), 'cases', 'missing'],
    ['the prompt is another now', evaluated({ promptHash: 'q' }), 'cases', 'not_ok'],
    ['the cases are others now', evaluated({ casesHash: 'd' }), 'cases', 'not_ok'],
    ['one task cost more than it may', { runs: { ...runs, dearestMicros: 500_001 } }, 'cost', 'not_ok'],
    ['nothing had a price', { runs: { ...runs, spentMicros: 0 } }, 'cost', 'not_ok'],
    ['there were 19 runs', { runs: { ...runs, n: 19 } }, 'cost', 'missing'],
    ['all runs were rehearsed', { runs: { ...runs, n: 0, rehearsed: 400 } }, 'cost', 'missing'],
    ['p95 is five seconds', { busiest: busiest && { ...busiest, p95Ms: 5_000 } }, 'latency', 'not_ok'],
    ['no hour had load', { busiest: busiest && { ...busiest, n: 49 } }, 'latency', 'missing'],
    ['one trace is broken', { traces: { ...traces, whole: 19 } }, 'traces', 'not_ok'],
    ['no run ended well', { traces: { ...traces, n: 0, whole: 0 } }, 'traces', 'missing'],
    ['one request cites nothing', { cards: { ...cards, cited: 39 } }, 'cards', 'not_ok'],
    ['one does not say how sure it is', { cards: { ...cards, sure: 39 } }, 'cards', 'not_ok'],
    ['one irreversible ran unsigned', { cards: { ...cards, unsigned: 1 } }, 'cards', 'not_ok'],
    ['it asked for nothing', { cards: { ...cards, n: 0 } }, 'cards', 'missing'],
    ['nothing irreversible was asked', { cards: { ...cards, irreversible: 0 } }, 'cards', 'missing'],
    [
      'it never refused',
      { runs: { ...runs, refused: 0 }, ...evaluated({ refusedRightly: 0 }) },
      'cards',
      'missing',
    ],
    [
      'the schedule has stopped',
      { scheduled: scheduled && { ...scheduled, atMs: NOW - 8 * DAY } },
      'weekly',
      'not_ok',
    ],
    ['there is no schedule', { scheduled: null }, 'weekly', 'missing'],
    [
      'it was rehearsed by schedule',
      { scheduled: scheduled && { ...scheduled, rehearsal: true } },
      'weekly',
      'missing',
    ],
  ])('%s', (_, change, point, state) => {
    const said = states({ ...good, ...change });
    expect(said[point]).toBe(state);
  });
});

const REASONS: readonly ReadyReason[] = [
  ...judgeReady(good, subject).points,
  ...judgeReady(nothingKnown(NOW), subject).points,
].map(({ reason }) => reason);

test('each says in both languages what it was made from, when, and where from', () => {
  for (const language of LANGUAGES) {
    const said = readyMarkdown(judgeReady(good, subject), true, language);
    expect(said).toMatch(
      language === 'en'
        ? /Not ready for production: 0 not ok, 1 missing/
        : /Nicht bereit .* 0 nicht in Ordnung, 1 nicht vorhanden/,
    );
    expect(said).toMatch(
      language === 'en'
        ? /57 of 60 passed, mean mark 96% \(evl_1, claude\)/
        : /57 von 60 bestanden, mittlere Note 96\s%/,
    );
    expect(said).toMatch(
      language === 'en' ? /\$0\.03 a task .* ten times the work is US\$514\.29/ : /0,03\s\$ je Aufgabe/,
    );
    expect(said.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(2 + READY_POINTS.length);
    expect(readyMarkdown(judgeReady(nothingKnown(NOW), subject), false, language)).toMatch(/DATABASE_URL/);
  }
  for (const reason of REASONS) expect(readyReason(reason, 'de')).not.toBe(readyReason(reason, 'en'));
  const hostile = { key: 'stale-eval', id: 'evl | x\n<b>' } as const;
  expect(readyReason(hostile)).not.toMatch(/[|<>\n]/);
});
