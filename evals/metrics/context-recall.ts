import { measured, unmeasured, type Measured, type Sample } from './measured.ts';
import { sumOf, verdictOf } from './verdict.ts';

export interface RecallJudge {
  /** For each statement of the reference: 1 if the contexts hold it. */
  attributed(question: string, contexts: string, reference: string): Promise<readonly unknown[]>;
}

/**
 * The share of a good answer's statements that what was read holds.
 * https://docs.ragas.io/en/stable/concepts/metrics/available_metrics/context_recall/
 * @throws JudgeError when the judge's verdicts cannot be used
 */
export async function contextRecall(
  { question, contexts, reference }: Omit<Sample, 'answer'>,
  judge: RecallJudge,
): Promise<Measured> {
  const said = await judge.attributed(question, contexts.join('\n'), reference);
  const verdicts = said.map(verdictOf);
  if (verdicts.length === 0) return unmeasured('no_statements');
  return measured(sumOf(verdicts) / verdicts.length);
}
