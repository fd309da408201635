import { cosine, type Embed } from './cosine.ts';
import { measured, unmeasured, type Measured, type Sample } from './measured.ts';
import { JudgeError, verdictOf } from './verdict.ts';

/** How many questions are made out of an answer (Ragas' `strictness`). */
export const QUESTIONS = 3;

export interface RelevancyJudge {
  /** A question that this answer would answer, and 1 if the answer evades ("I don't know"). Asked `QUESTIONS` times. */
  questionFrom(
    answer: string,
    turn: number,
  ): Promise<{ readonly question: string; readonly noncommittal: unknown }>;
}

/**
 * How near the questions that the answer answers are to the one asked: the mean cosine, which may be negative. 0 only
 * where all of them find the answer evasive; that is a measured 0.
 * https://docs.ragas.io/en/stable/concepts/metrics/available_metrics/answer_relevance/
 * @throws JudgeError when the judge's verdicts or the embedder's vectors cannot be used
 */
export async function answerRelevancy(
  { question, answer }: Pick<Sample, 'question' | 'answer'>,
  judge: RelevancyJudge,
  embed: Embed,
): Promise<Measured> {
  const turns = Array.from({ length: QUESTIONS }, (_, turn) => turn);
  const made = await Promise.all(turns.map((turn) => judge.questionFrom(answer, turn)));
  const evasive = made.map(({ noncommittal }) => verdictOf(noncommittal));
  const questions = made.map((one) => one.question);
  if (questions.every((one) => one === '')) return unmeasured('no_questions');
  const [asked, ...others] = await embed([question, ...questions]);
  if (asked === undefined || others.length !== questions.length)
    throw new JudgeError('bad_vector', `${others.length} vectors for ${questions.length} questions`);
  const mean = others.reduce((sum, vector) => sum + cosine(asked, vector), 0) / others.length;
  // a vector of zeros points nowhere: NaN, even where the answer evades
  if (Number.isNaN(mean)) return unmeasured('no_direction');
  return measured(evasive.every((verdict) => verdict === 1) ? 0 : mean);
}
