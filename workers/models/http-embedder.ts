import { z } from 'zod';
import type { Embed } from '../../evals/metrics/cosine.ts';

/** The answer of `POST /v1/embeddings`, as OpenAI, Voyage, Ollama and vLLM give it. */
const Answer = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1) })),
});

const TIMEOUT_MS = 30_000;

export interface HttpEmbedder {
  /** The whole address, e.g. `http://127.0.0.1:11434/v1/embeddings`. */
  readonly url: string;
  readonly model: string;
  readonly apiKey: string | null;
}

/** An embedder behind an address that an operator named. @throws Error when it does not answer as agreed */
export const embedOverHttp =
  ({ url, model, apiKey }: HttpEmbedder): Embed =>
  async (texts) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, input: texts }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`the embedder answered ${response.status}`);
    const { data } = Answer.parse(await response.json());
    const vectors = new Map(data.map(({ index, embedding }) => [index, embedding]));
    return texts.map((_, i) => {
      const vector = vectors.get(i);
      if (vector === undefined) throw new Error('the embedder left a text out');
      return vector;
    });
  };
