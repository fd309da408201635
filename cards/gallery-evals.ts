import type { EvalCardView, EvalCase } from '../core/evals/evaluation.ts';
import { EvalId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import { judgeReady } from '../core/ready/judge.ts';
import type { ReadyEvidence } from '../core/ready/evidence.ts';
import { nothingKnown } from '../core/ready/evidence.ts';
import { evalCard } from './eval-card.ts';
import type { Card } from './model.ts';
import { readyCard } from './ready-card.ts';
import { CASE_KINDS } from '../core/evals/golden-case.ts';

const CASES: readonly EvalCase[] = Array.from({ length: 60 }, (_, i) => ({
  ...{ id: `case-${i}`, kind: CASE_KINDS[i % 5] ?? 'easy', mark: i % 9 === 0 ? 0.6 : 1, failed: i === 18 },
  short: i % 9 === 0 ? ['signals', 'recommendation'] : [],
}));
const DONE: EvalCardView = {
  eval: EvalId.parse('evl_01M86D72R0H5RW9N3GJ0PSAY6F'),
  ...{ agent: 'fraud-review', agentVersion: '1.1.0', model: 'claude-sonnet-5-5', rehearsal: false },
  ...{ status: 'done', cases: 60, marked: CASES, mean: 0.953, costMicros: 2_140_000, why: null },
  comparison: { shared: 60, difference: -0.021, low: -0.048, high: 0.004, verdict: 'same' },
};
const rehearsed = { rehearsal: true, model: 'rehearsal/claude-sonnet-5-5', costMicros: 0 } as const;

const AT = Date.UTC(2026, 10, 23, 9);
const MEASURED: ReadyEvidence = {
  atMs: AT,
  evaluation: {
    ...{ id: 'evl_1', atMs: AT, model: 'claude', rehearsal: false, promptHash: 'p', casesHash: 'c' },
    ...{ mean: 0.96, cases: 60, passing: 57, noAnswer: 8, refusedRightly: 8 },
  },
  runs: { n: 1400, rehearsed: 0, refused: 3, spentMicros: 12e6, dearestMicros: 90_000, lastMs: AT },
  busiest: { atMs: AT, n: 80, p95Ms: 6_200 },
  traces: { n: 20, whole: 20, lastMs: AT },
  cards: { n: 40, cited: 40, sure: 40, irreversible: 9, unsigned: 0, lastMs: AT },
  scheduled: { id: 'evl_0', atMs: AT, rehearsal: false },
};
const readiness = (evidence: ReadyEvidence) => {
  const contract = {
    name: 'fraud-review',
    version: '1.1.0',
    confidenceThreshold: 0.6,
    budget: { tokens: 1, costMicros: 500_000 },
  };
  return judgeReady(evidence, { contract, promptHash: 'p', casesHash: 'c' });
};

/** Evaluations as they go, and as they end. */
export const evalCards = (language: Language = 'en'): [string, Card][] => [
  [
    'evaluation that begins',
    evalCard({ ...DONE, ...rehearsed, status: 'running', marked: [], mean: null }, language),
  ],
  [
    'evaluation on its way',
    evalCard({ ...DONE, status: 'running', marked: CASES.slice(0, 23), mean: null }, language),
  ],
  ['evaluation that is done', evalCard(DONE, language)],
  [
    'evaluation that found it worse',
    evalCard(
      {
        ...{ ...DONE, ...rehearsed, mean: 0.71 },
        comparison: { shared: 60, difference: -0.24, low: -0.3, high: -0.18, verdict: 'worse' },
      },
      language,
    ),
  ],
  [
    'evaluation without another to compare with',
    evalCard(
      { ...DONE, marked: CASES.map((one) => ({ ...one, mark: 1 })), mean: 1, comparison: null },
      language,
    ),
  ],
  [
    'evaluation that was given up',
    evalCard({ ...DONE, status: 'failed', why: 'agent-paused', mean: null, marked: [] }, language),
  ],
  ['ready for production, measured', readyCard(readiness(MEASURED), language)],
  ['ready for production, nothing known', readyCard(readiness(nothingKnown(AT)), language)],
];
