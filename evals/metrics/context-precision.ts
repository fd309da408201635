import { measured, type Measured, type Sample } from './measured.ts';
import { sumOf, verdictOf } from './verdict.ts';

export interface PrecisionJudge {
  /** 1 if this context helped to come to the reference. */
  useful(question: string, context: string, reference: string): Promise<unknown>;
}

/** Ragas divides by this much more than the number of useful contexts, so that none at all is 0 and not NaN. */
const EPSILON = 1e-10;

/**
 * Whether what helps was read before what does not: average precision over the contexts in their order.
 * https://docs.ragas.io/en/stable/concepts/metrics/available_metrics/context_precision/
 * @throws JudgeError when the judge's verdicts cannot be used
 */
export async function contextPrecision(
  { question, contexts, reference }: Omit<Sample, 'answer'>,
  judge: PrecisionJudge,
): Promise<Measured> {
  const said = await Promise.all(contexts.map((context) => judge.useful(question, context, reference)));
  const verdicts = said.map(verdictOf);
  const gains = verdicts.map((verdict, i) => (sumOf(verdicts.slice(0, i + 1)) / (i + 1)) * verdict);
  return measured(sumOf(gains) / (sumOf(verdicts) + EPSILON));
}
