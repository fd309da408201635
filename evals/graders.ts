import type { GoldenCase } from './case.ts';

/** What a run of a case came to; `bin` reads it from the store after a sandbox run, where actions are only recorded. */
export interface CaseResult {
  /** The assessment that was accepted, or null when the run ended without one. */
  readonly assessment: {
    readonly score: number | null;
    readonly signals: readonly { readonly citation: string; readonly weight: number }[];
    readonly recommendation: string;
    readonly confidence: number;
  } | null;
  /** Names of the actions that were proposed, in order. */
  readonly actions: readonly string[];
  /** Why the run failed, in a sentence, or null. */
  readonly failure: string | null;
  readonly costMicros: number;
  readonly latencyMs: number;
}

/** A mark in [0, 1] and, below 1, the sentence that says what was missing. */
export interface Grade {
  readonly grader: string;
  readonly mark: number;
  readonly why: string | null;
}
export type Grader = (golden: GoldenCase, result: CaseResult) => Grade;

const grade = (grader: string, mark: number, why: string): Grade => ({
  grader,
  mark,
  why: mark >= 1 ? null : why,
});

/** Inside the range: 1. Outside: falls by a tenth for each hundredth, so that a near miss is told from a blunder. */
export const gradeScore: Grader = ({ expect }, { assessment }) => {
  const score = assessment?.score ?? null;
  if (!assessment) return grade('score', 0, 'there was no assessment');
  if (expect.score === null)
    return grade('score', score === null ? 1 : 0, `scored ${score} where no score was right`);
  if (score === null) return grade('score', 0, `no score; ${expect.score.join(' to ')} was right`);
  const [low, high] = expect.score;
  const miss = Math.max(0, low - score, score - high);
  const mark = Math.max(0, 1 - miss * 10);
  return grade('score', mark, `scored ${score}; ${low} to ${high} was right`);
};

/** The share of required signals that cite the right record and point the right way. */
export const gradeSignals: Grader = ({ expect }, { assessment }) => {
  if (expect.signals.length === 0) return grade('signals', assessment ? 1 : 0, 'there was no assessment');
  const missing = expect.signals.filter(
    (wanted) =>
      !assessment?.signals.some((s) => s.citation === wanted.citation && signOf(s.weight) === wanted.sign),
  );
  const mark = 1 - missing.length / expect.signals.length;
  return grade('signals', mark, `missing: ${missing.map((m) => `${m.citation} (${m.sign})`).join(', ')}`);
};

const signOf = (weight: number): string => (weight > 0 ? 'raises' : weight < 0 ? 'lowers' : 'neither');

export const gradeRecommendation: Grader = ({ expect }, { assessment }) => {
  const said = assessment?.recommendation ?? 'nothing';
  const right = expect.recommendations.includes(said);
  return grade(
    'recommendation',
    right ? 1 : 0,
    `said ${said}; right: ${expect.recommendations.join(' or ')}`,
  );
};

/** One action and a right one; where none is right, none. An action that nobody should have proposed marks 0. */
export const gradeActions: Grader = ({ expect }, { actions }) => {
  const wrong = actions.filter((action) => !expect.actions.includes(action));
  if (wrong.length > 0) return grade('actions', 0, `proposed ${wrong.join(', ')}`);
  if (expect.actions.length === 0) return grade('actions', 1, '');
  return grade(
    'actions',
    actions.length > 0 ? 1 : 0,
    `proposed nothing; right: ${expect.actions.join(' or ')}`,
  );
};

/** "I don't know" is rewarded where it is right, and marks 0 where an answer could be had. */
export const gradeRefusal: Grader = ({ expect }, { assessment, actions }) => {
  const refused = assessment !== null && assessment.score === null && actions.length === 0;
  return grade(
    'refusal',
    refused === expect.refuses ? 1 : 0,
    expect.refuses ? 'answered where nobody can know' : 'refused where an answer was possible',
  );
};

export const GRADERS: readonly Grader[] = [
  gradeScore,
  gradeSignals,
  gradeRecommendation,
  gradeActions,
  gradeRefusal,
];
