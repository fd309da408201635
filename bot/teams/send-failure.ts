import { z } from 'zod';
import type { SendFailure } from '../chat.ts';
import { BotTokenError } from './bot-token.ts';
import { ForbiddenHostError } from './sdk-app.ts';

/** An axios error, as far as it is looked at. */
const HttpError = z.looseObject({
  code: z.string().optional(),
  response: z
    .looseObject({ status: z.number(), headers: z.looseObject({}).optional(), data: z.unknown().optional() })
    .optional(),
});
const ErrorBody = z.looseObject({ error: z.looseObject({ code: z.string().max(100) }) });

/** The connection was never made, so nothing was sent. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** The login service knows the app or its secret no more (RFC 6749 section 5.2). */
const NO_CREDENTIALS = new Set(['login_400', 'login_401', 'login_403']);
/** About the app in the whole company, not about one conversation. */
const CUT_OFF = new Set(['BotDisabledByAdmin', 'BotNotRegistered', 'InvalidTenant']);
const LONGEST_MS = 15 * 60_000;

/** Retry-After in seconds or as a date (RFC 9110 section 10.2.3); null when absent or junk. */
function retryAfterMs(headers: Readonly<Record<string, unknown>> | undefined, nowMs: number): number | null {
  const given = String(headers?.['retry-after'] ?? '');
  if (given === '') return null;
  const ms = /^\d+$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_MS) : null;
}

/** Half as much again at most, so that many copies do not come back at one instant. */
const withJitter = (ms: number): number => Math.round(ms * (1 + Math.random() / 2));

/** The connector took our token for no good one. */
export function isUnauthorized(error: unknown): boolean {
  const parsed = HttpError.safeParse(error);
  return parsed.success && parsed.data.response?.status === 401;
}

/**
 * What a failed call to the connector means. `repeatable`: doing it twice does no harm (an edit), so that an answer
 * lost on the way is no doubt. A wait is named only when Teams named one: it holds back every sender.
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages#status-codes-from-bot-conversational-apis
 */
export function sendFailure(error: unknown, repeatable: boolean, nowMs = Date.now()): SendFailure {
  if (error instanceof ForbiddenHostError) return { ok: false, kind: 'refused', why: error.code };
  if (error instanceof BotTokenError)
    return { ok: false, kind: NO_CREDENTIALS.has(error.why) ? 'cut_off' : 'retry', why: error.why };
  const parsed = HttpError.safeParse(error);
  const response = parsed.success ? parsed.data.response : undefined;
  if (!response) {
    const code = (parsed.success ? parsed.data.code : undefined) ?? 'unknown';
    const sure = repeatable || NOT_SENT.includes(code);
    return { ok: false, kind: sure ? 'retry' : 'unclear', why: code };
  }
  const body = ErrorBody.safeParse(response.data);
  const why = body.success ? body.data.error.code.replaceAll(/[^\w]/g, '') : `http_${response.status}`;
  const wait = retryAfterMs(response.headers, nowMs);
  return { ok: false, ...meaning(response.status, why, repeatable, wait), why };
}

function meaning(
  status: number,
  why: string,
  repeatable: boolean,
  waitMs: number | null,
): Pick<SendFailure, 'kind' | 'retryInMs'> {
  const wait = waitMs === null ? {} : { retryInMs: withJitter(waitMs) };
  if (why === 'ActivityNotFoundInConversation') return { kind: 'missing' };
  if (CUT_OFF.has(why)) return { kind: 'cut_off' };
  if (status === 401 || status === 408 || status === 412 || status === 429) return { kind: 'retry', ...wait };
  if (status === 404 && repeatable && why !== 'ConversationNotFound') return { kind: 'missing' };
  if (status === 403 || status === 404) return { kind: 'gone' };
  // 503 says that it was not done; the other server errors leave it open.
  if (status >= 500) return { kind: repeatable || status === 503 ? 'retry' : 'unclear', ...wait };
  return { kind: 'refused' };
}
