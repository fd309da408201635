import { pagerDutyBody, webhookBody } from '../../core/forward/bodies.ts';
import { answerOf, type Answer } from '../../core/forward/tries.ts';
import type { Sending } from '../../platform/stores.ts';
import { NotAllowedError, type Post } from './egress.ts';
import { signedHeaders } from './sign.ts';

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'Countersign' } as const;

/** Seconds, or an HTTP date (RFC 9110, 10.2.3); anything else says nothing. */
export function retryAfterMs(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

const no = (why: Extract<Answer, { taken: false }>['why'], code: string): Answer => ({
  ...{ taken: false, why, code, retryAfterMs: null },
});

/** What a failure to reach them is called; its message may quote anything and is not kept. */
function answerOfFailure(error: unknown): Answer {
  if (error instanceof NotAllowedError) return no('not-allowed', error.code);
  if (error instanceof Error && ['TimeoutError', 'AbortError'].includes(error.name))
    return no('slow', 'timeout');
  const { code } = error as { readonly code?: unknown };
  if (code === 'not-allowed') return no('not-allowed', code);
  return no('away', typeof code === 'string' && /^[A-Z_0-9-]{1,40}$/i.test(code) ? code : 'unknown');
}

/** One try. Never throws: whatever happens is an answer. */
export async function send(post: Post, sending: Sending, nowMs: number): Promise<Answer> {
  const { kind, url, secret, event, links, language, forward } = sending;
  if (secret === null) return no('unreadable', 'key');
  const body =
    kind === 'pagerduty'
      ? pagerDutyBody(event, secret, { links, language })
      : webhookBody(event, { links, language });
  if (body === null) return { taken: true };
  const signed = kind === 'webhook' ? signedHeaders(secret, forward, nowMs, body) : {};
  try {
    const { status, retryAfter } = await post(url, { headers: { ...HEADERS, ...signed }, body });
    return answerOf(status, retryAfterMs(retryAfter, nowMs));
  } catch (error) {
    return answerOfFailure(error);
  }
}
