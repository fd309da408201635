import { JudgeError } from './verdict.ts';

export type Vector = readonly number[];
/** One vector a text, in order. */
export type Embed = (texts: readonly string[]) => Promise<readonly Vector[]>;

const dot = (a: Vector, b: Vector): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** In [-1, 1] but for rounding; NaN for a vector of zeros. @throws JudgeError for vectors that are not of one space */
export function cosine(a: Vector, b: Vector): number {
  if (a.length === 0 || a.length !== b.length || ![...a, ...b].every(Number.isFinite))
    throw new JudgeError('bad_vector', `vectors of ${a.length} and ${b.length} places, or not finite`);
  return dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)));
}
