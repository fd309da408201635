/** Why a metric could not be measured. A figure that is not there is NaN with one of these, and never 0. */
export type Unmeasured = 'no_statements' | 'no_verdicts' | 'no_questions' | 'no_direction';

/** A metric of one answer. `score` is NaN exactly where `reason` is set. */
export interface Measured {
  readonly score: number;
  readonly reason: Unmeasured | null;
}

export const measured = (score: number): Measured => ({ score, reason: null });
export const unmeasured = (reason: Unmeasured): Measured => ({ score: Number.NaN, reason });

/** What was asked, what was answered, what was read for it in order, and what a good answer holds. */
export interface Sample {
  readonly question: string;
  readonly answer: string;
  readonly contexts: readonly string[];
  readonly reference: string;
}
