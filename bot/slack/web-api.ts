import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type Logger as SlackLogger,
  LogLevel,
} from '@slack/web-api';
import type { Logger } from 'pino';
import type { SendFailure } from '../chat.ts';

/** Slack's own SDKs log into ours; their debug lines hold request bodies, so those stay out. */
export function slackLogger(log: Logger): SlackLogger {
  const line = (parts: unknown[]): string =>
    parts.map((part) => (typeof part === 'string' ? part : '')).join(' ');
  return {
    debug: () => {},
    info: (...parts) => log.debug(line(parts)),
    warn: (...parts) => log.warn(line(parts)),
    error: (...parts) => log.error(line(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

/** One Web API client. It never retries: the delivery loop owns that, and a click must be answered in time. */
export function createWebClient(options: {
  /** Undefined for calls that name the app instead. */
  token: string | undefined;
  apiUrl: string;
  log: Logger;
  timeoutMs?: number;
}): WebClient {
  return new WebClient(options.token, {
    slackApiUrl: options.apiUrl.endsWith('/') ? options.apiUrl : `${options.apiUrl}/`,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: options.timeoutMs ?? 10_000,
    logger: slackLogger(options.log),
  });
}

type Kind = SendFailure['kind'];

/** https://docs.slack.dev/reference/methods/chat.postMessage and chat.update, "Errors". */
const PLATFORM_ERRORS: Readonly<Record<string, Kind>> = {
  message_not_found: 'missing',
  cant_update_message: 'missing',
  edit_window_closed: 'missing',
  thread_not_found: 'missing',
  channel_not_found: 'gone',
  not_in_channel: 'gone',
  is_archived: 'gone',
  is_inactive: 'gone',
  user_not_found: 'gone',
  user_disabled: 'gone',
  cannot_dm_bot: 'gone',
  messages_tab_disabled: 'gone',
  restricted_action: 'gone',
  restricted_action_read_only_channel: 'gone',
  account_inactive: 'cut_off',
  missing_scope: 'gone',
  token_revoked: 'cut_off',
  token_expired: 'cut_off',
  invalid_auth: 'cut_off',
  not_authed: 'cut_off',
  team_access_not_granted: 'cut_off',
  org_login_required: 'cut_off',
  ekm_access_denied: 'cut_off',
  invalid_refresh_token: 'cut_off',
  invalid_blocks: 'refused',
  invalid_blocks_format: 'refused',
  msg_blocks_too_long: 'refused',
  msg_too_long: 'refused',
  no_text: 'refused',
  metadata_too_large: 'refused',
  invalid_metadata_format: 'refused',
  invalid_metadata_schema: 'refused',
  invalid_arguments: 'refused',
  internal_error: 'unclear',
  fatal_error: 'unclear',
  request_timeout: 'unclear',
  service_unavailable: 'unclear',
};

/** Connections that were never made sent nothing. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH/;

const codeOf = (error: unknown): string => {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : cause instanceof Error ? codeOf(cause) : '';
};

/** A 429 that names no wait; the SDK has no error of its own for it. */
const NO_RETRY_AFTER = /^Retry header did not contain/;
const UNNAMED_WAIT_MS = 5_000;

/** What a failed call means for the message that it was to send. */
export function failureOf(error: unknown): SendFailure {
  if (error instanceof WebAPIRateLimitedError)
    return { ok: false, kind: 'retry', retryInMs: error.retryAfter * 1000, why: 'ratelimited' };
  if (error instanceof WebAPIPlatformError) {
    const why = error.data.error;
    return { ok: false, kind: PLATFORM_ERRORS[why] ?? 'retry', why };
  }
  if (error instanceof WebAPIHTTPError)
    return {
      ok: false,
      kind: error.statusCode === 503 ? 'retry' : 'unclear',
      why: `http_${error.statusCode}`,
    };
  if (error instanceof WebAPIRequestError) {
    const code = codeOf(error.original);
    return { ok: false, kind: NEVER_SENT.test(code) ? 'retry' : 'unclear', why: code || 'request_failed' };
  }
  if (error instanceof Error && NO_RETRY_AFTER.test(error.message))
    return { ok: false, kind: 'retry', retryInMs: UNNAMED_WAIT_MS, why: 'ratelimited' };
  return { ok: false, kind: 'unclear', why: 'unknown_error' };
}
