import { createHash } from 'node:crypto';
import type { MessagesRequest } from './request.ts';

/** A plausible count, the same every time: words in pieces of six letters, numbers in threes, every sign one. */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(/[\p{L}]+|\p{N}{1,3}|[^\s\p{L}\p{N}]/gu))
    tokens += /\p{L}/u.test(piece) ? Math.ceil(piece.length / 6) : 1;
  return tokens;
}

/** What the API adds when tools are offered at all. */
const TOOL_PREAMBLE_TOKENS = 346;
const MINIMUM_CACHED_TOKENS = 1_024;
const CACHE_LIFE_MS = 5 * 60_000;

export interface InputUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
}

interface Part {
  readonly text: string;
  readonly breakpoint: boolean;
}

/** The prompt in the order in which the API caches it: tools, system, messages. */
function partsOf(request: MessagesRequest): Part[] {
  const part = (value: object): Part => {
    const { cache_control: mark, ...rest } = value as { cache_control?: unknown };
    return { text: JSON.stringify(rest), breakpoint: Boolean(mark) };
  };
  const system =
    typeof request.system === 'string' ? [{ type: 'text', text: request.system }] : (request.system ?? []);
  const messages = request.messages.flatMap(({ role, content }): object[] =>
    typeof content === 'string' ? [{ role, content }] : content.map((block) => ({ role, ...block })),
  );
  const all: object[] = [...request.tools, ...system, ...messages];
  return all.map(part);
}

export const countInput = (request: MessagesRequest): number =>
  partsOf(request).reduce((sum, part) => sum + countTokens(part.text), 0) +
  (request.tools.length > 0 ? TOOL_PREAMBLE_TOKENS : 0);

/** The provider's prompt cache: a prefix that ends at a breakpoint lives five minutes after its last use. */
export function createPromptCache(nowMs: () => number): (request: MessagesRequest) => InputUsage {
  const aliveUntil = new Map<string, number>();
  return (request) => {
    const hash = createHash('sha256').update(request.model);
    let tokens = request.tools.length > 0 ? TOOL_PREAMBLE_TOKENS : 0;
    let read = 0;
    let marked = 0;
    const now = nowMs();
    for (const part of partsOf(request)) {
      hash.update(`${part.text.length}:`).update(part.text);
      tokens += countTokens(part.text);
      if (!part.breakpoint || tokens < MINIMUM_CACHED_TOKENS) continue;
      const key = hash.copy().digest('base64url');
      if ((aliveUntil.get(key) ?? 0) > now) read = tokens;
      aliveUntil.set(key, now + CACHE_LIFE_MS);
      marked = tokens;
    }
    for (const [key, until] of aliveUntil) if (until <= now) aliveUntil.delete(key);
    return {
      input_tokens: tokens - Math.max(read, marked),
      cache_creation_input_tokens: marked - read,
      cache_read_input_tokens: read,
    };
  };
}
