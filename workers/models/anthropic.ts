import Anthropic, { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import type { Message, MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { CircuitBreakerPolicy } from 'cockatiel';
import { z } from 'zod';
import type { ModelReply, ModelRequest, Models } from './models.ts';
import { priceOf, thinkingOf, type Usage } from './prices.ts';

const BREAK_AFTER = 5;
const HALF_OPEN_AFTER_MS = 20_000;

/** An endpoint that only claims to speak the Messages API must not get junk past this. */
const Answer = z.looseObject({
  model: z.string().min(1),
  stop_reason: z.string().nullable(),
  content: z.array(z.looseObject({ type: z.string() })),
  usage: z.looseObject({
    input_tokens: z.int().min(0),
    output_tokens: z.int().min(0),
    cache_creation_input_tokens: z.int().min(0).nullish(),
    cache_read_input_tokens: z.int().min(0).nullish(),
  }),
});

/**
 * Any endpoint that speaks the Anthropic Messages API (https://docs.claude.com/en/api/messages). The client's own
 * retries are off: a slow or busy model goes to the fallback at once, and Temporal owns waiting.
 * @param baseUrl `ANTHROPIC_BASE_URL`; null for Anthropic itself.
 */
export function createAnthropicModels(options: { apiKey: string; baseUrl: string | null }): Models {
  const client = new Anthropic({
    apiKey: options.apiKey,
    ...(options.baseUrl ? { baseURL: options.baseUrl } : {}),
    maxRetries: 0,
    logLevel: 'off',
  });
  const breakers = new Map<string, CircuitBreakerPolicy>();
  // Told by the breaker while the call that did it is still inside: that call takes it along.
  const opened = new Set<string>();
  const breakerOf = (model: string): CircuitBreakerPolicy => {
    const known = breakers.get(model);
    if (known) return known;
    const made = createBreaker();
    made.onBreak(() => void opened.add(model));
    breakers.set(model, made);
    return made;
  };
  return {
    async ask(request) {
      try {
        const reply = await breakerOf(request.model).execute(() => askOnce(client, request));
        return !reply.ok && opened.delete(request.model) ? { ...reply, opened: true } : reply;
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        const reason = 'the model failed repeatedly and is given a rest';
        return { ok: false, kind: 'resting', reason, retryInMs: HALF_OPEN_AFTER_MS, latencyMs: 0 };
      }
    },
  };
}

function createBreaker(): CircuitBreakerPolicy {
  const sick = handleWhenResult((reply) => {
    const r = reply as ModelReply;
    return !r.ok && r.kind !== 'refused';
  });
  return circuitBreaker(sick, {
    breaker: new ConsecutiveBreaker(BREAK_AFTER),
    halfOpenAfter: HALF_OPEN_AFTER_MS,
  });
}

function bodyOf(request: ModelRequest): MessageCreateParamsNonStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    // The prompt and the tools before it are the same for every turn and run of an agent version.
    system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
    messages: [...request.messages],
    tools: [...request.tools],
    ...(thinkingOf(request.model) === 'can be off' ? { thinking: { type: 'disabled' } } : {}),
  };
}

async function askOnce(client: Anthropic, request: ModelRequest): Promise<ModelReply> {
  const started = performance.now();
  const since = () => Math.round(performance.now() - started);
  // The client's own timeout ends with the headers; this one ends with the body.
  const limit = AbortSignal.timeout(request.timeoutMs);
  try {
    const message = await client.messages.create(bodyOf(request), { signal: limit });
    return read(message, request, since());
  } catch (error) {
    return failureOf(error, limit.aborted, since());
  }
}

function read(message: Message, request: ModelRequest, latencyMs: number): ModelReply {
  const parsed = Answer.safeParse(message);
  if (!parsed.success)
    return {
      ok: false,
      kind: 'junk',
      reason: 'the endpoint did not answer as a Messages API',
      retryInMs: null,
      latencyMs,
    };
  const { usage: u, model, stop_reason } = parsed.data;
  const usage: Usage = {
    inputTokens: u.input_tokens,
    outputTokens: u.output_tokens,
    cacheWriteTokens: u.cache_creation_input_tokens ?? 0,
    cacheReadTokens: u.cache_read_input_tokens ?? 0,
  };
  const costMicros = priceOf(request.model, usage);
  return { ok: true, model, stop: stop_reason, content: message.content, usage, costMicros, latencyMs };
}

/** Words of ours only: an endpoint's error text may quote the prompt. */
function failureOf(error: unknown, overtime: boolean, latencyMs: number): ModelReply {
  const failed = (
    kind: 'timeout' | 'busy' | 'away' | 'refused' | 'junk',
    reason: string,
    retryInMs: number | null = null,
  ): ModelReply => ({
    ok: false,
    kind,
    reason,
    retryInMs,
    latencyMs,
  });
  if (overtime || error instanceof APIConnectionTimeoutError)
    return failed('timeout', 'the model took too long');
  if (error instanceof APIConnectionError) return failed('away', 'the endpoint could not be reached');
  if (error instanceof SyntaxError) return failed('junk', 'the endpoint answered something that is not JSON');
  if (!(error instanceof APIError)) throw error;
  const status = Number(error.status ?? 0);
  if (status === 429 || status === 529)
    return failed('busy', `the endpoint is busy (HTTP ${status})`, retryAfterMs(error.headers));
  if (status >= 500 || status === 408 || status === 409 || status === 0)
    return failed('away', `the endpoint failed (HTTP ${status})`, retryAfterMs(error.headers));
  return failed('refused', `the endpoint refused the request (HTTP ${status})`);
}

function retryAfterMs(headers: Headers | undefined): number | null {
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 300) * 1000 : null;
}
