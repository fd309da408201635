import { createJudge, type Judge, type Judged } from '../../evals/judge/judge.ts';
import { faithfulness } from '../../evals/metrics/faithfulness.ts';
import { JudgeError } from '../../evals/metrics/verdict.ts';
import type { Ask } from '../../evals/judge/ask.ts';
import type { ScoreName } from '../../core/metrics.ts';
import type { Unscored } from '../../core/unscored.ts';
import type { RunScore } from '../../platform/stores/scores.ts';

/** The judge may not be asked again for this run: the budget for it is spent. */
export class JudgeBudgetError extends Error {
  override readonly name = 'JudgeBudgetError';
}

const missing = (metric: ScoreName, reason: Unscored): RunScore => ({ metric, score: null, reason });

/** What cannot be measured on a live run, whoever judges: nobody said what a right answer holds. */
const NEVER: readonly RunScore[] = [
  missing('answer_relevancy', 'no_embedder'),
  missing('context_precision', 'no_reference'),
  missing('context_recall', 'no_reference'),
];

/** No figure at all, for one reason. */
export const allMissing = (reason: Unscored): RunScore[] => [
  missing('faithfulness', reason),
  missing('judge', reason),
  ...NEVER,
];

async function measured(metric: ScoreName, work: () => Promise<Omit<RunScore, 'metric'>>): Promise<RunScore> {
  try {
    return { metric, ...(await work()) };
  } catch (error) {
    if (error instanceof JudgeBudgetError) return missing(metric, 'budget');
    if (error instanceof JudgeError) return missing(metric, error.code);
    throw error;
  }
}

const byRubric = async (judge: Judge, said: Judged): Promise<Omit<RunScore, 'metric'>> => {
  const verdicts = await judge.byRubric(said);
  return { score: verdicts.reduce((sum, { verdict }) => sum + verdict, 0) / verdicts.length, reason: null };
};

/**
 * What can be measured without a reference: how much of what the run said follows from what it read, and the rubric. One
 * question at a time and always in the same order, so that a repeat finds what was answered.
 */
export async function scoreRun(said: Judged | null, ask: Ask): Promise<RunScore[]> {
  if (said === null) return allMissing('nothing_said');
  const judge = createJudge(ask);
  const faithful = await measured('faithfulness', async () => {
    const { score, reason } = await faithfulness(said, judge);
    return { score: reason === null ? score : null, reason };
  });
  return [faithful, await measured('judge', () => byRubric(judge, said)), ...NEVER];
}
