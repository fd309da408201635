/** Why a score of a live run is missing, in a word; a sentence for each is in `cards/score-words.ts`. */
export const UNSCORED = [
  'bad_verdict',
  'wrong_count',
  'bad_vector',
  'junk',
  'silent',
  'refused',
  'canary',
  'away',
  'no_statements',
  'no_verdicts',
  'no_questions',
  'no_direction',
  /** Judging it would cost more than a run of its agent may. */
  'budget',
  /** Only a golden case says what a right answer holds. */
  'no_reference',
  /** Nothing is configured that turns words into vectors. */
  'no_embedder',
  /** The run left nothing that could be judged. */
  'nothing_said',
] as const;
export type Unscored = (typeof UNSCORED)[number];
