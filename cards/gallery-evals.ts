import type { EvalCardView, EvalCase } from '../core/evals/evaluation.ts';
import { EvalId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import { evalCard } from './eval-card.ts';
import type { Card } from './model.ts';
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
];
