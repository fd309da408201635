/** Codes of what a judge may do wrong; a sentence for each is in `evals/words.ts`. */
export type JudgeFault =
  'bad_verdict' | 'wrong_count' | 'bad_vector' | 'junk' | 'silent' | 'refused' | 'canary' | 'away';

/** A judge whose word cannot be used. What it judged is then not measured, which is not the same as bad. */
export class JudgeError extends Error {
  override readonly name = 'JudgeError';
  readonly code: JudgeFault;

  constructor(code: JudgeFault, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/** @throws JudgeError `bad_verdict` for anything but 0 or 1: a "2" that counts as true would lift a score over 1 */
export function verdictOf(value: unknown): 0 | 1 {
  if (value === 0 || value === 1) return value;
  const said = JSON.stringify(value) ?? typeof value;
  throw new JudgeError('bad_verdict', `a verdict is 0 or 1, not ${said.slice(0, 40)}`);
}

/** As many verdicts as things judged, or none at all: one that is left out would count for the answer. */
export function verdictsOf(values: readonly unknown[], expected: number): (0 | 1)[] {
  if (values.length !== expected && values.length !== 0)
    throw new JudgeError('wrong_count', `${values.length} verdicts on ${expected}`);
  return values.map(verdictOf);
}

export const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);
