import { measured, unmeasured, type Measured, type Sample } from './measured.ts';
import { sumOf, verdictsOf } from './verdict.ts';

export interface FaithfulnessJudge {
  /** The single claims that the answer makes, each readable alone. */
  statementsOf(question: string, answer: string): Promise<readonly string[]>;
  /** For each statement, in order: 1 if it follows from the contexts alone. */
  supported(statements: readonly string[], contexts: string): Promise<readonly unknown[]>;
}

/**
 * The share of what the answer says that follows from what was read; Ragas' definition, checked against 0.4.3.
 * https://docs.ragas.io/en/stable/concepts/metrics/available_metrics/faithfulness/
 * @throws JudgeError when the judge's verdicts cannot be used
 */
export async function faithfulness(
  { question, answer, contexts }: Omit<Sample, 'reference'>,
  judge: FaithfulnessJudge,
): Promise<Measured> {
  const statements = await judge.statementsOf(question, answer);
  if (statements.length === 0) return unmeasured('no_statements');
  const verdicts = verdictsOf(await judge.supported(statements, contexts.join('\n')), statements.length);
  if (verdicts.length === 0) return unmeasured('no_verdicts');
  return measured(sumOf(verdicts) / verdicts.length);
}
