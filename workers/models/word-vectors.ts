import { z } from 'zod';
import type { Embed, Vector } from '../../evals/metrics/cosine.ts';

/** As winkjs packs word vectors: each word's places, then its length and its place in `words`. */
const Packed = z.object({
  dimensions: z.int().min(1),
  vectors: z.custom<Readonly<Record<string, readonly number[]>>>(
    (value) => typeof value === 'object' && value !== null,
  ),
});

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * A text as the mean of its words' vectors, each of length 1: order is lost, so it is a weaker embedder than a model, and
 * good enough to tell a question from another. A text of unknown words alone points nowhere.
 * @throws Error when the file holds no word vectors
 */
export function embedByWords(packed: unknown): Embed {
  const { dimensions, vectors } = Packed.parse(packed);
  const vectorOf = (text: string): Vector => {
    const sum = Array.from({ length: dimensions }, () => 0);
    for (const word of wordsOf(text)) {
      if (!Object.hasOwn(vectors, word)) continue;
      const places = vectors[word]?.slice(0, dimensions) ?? [];
      const length = Math.hypot(...places);
      if (length > 0) places.forEach((place, i) => (sum[i] = (sum[i] ?? 0) + place / length));
    }
    return sum;
  };
  return async (texts) => texts.map(vectorOf);
}
