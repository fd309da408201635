import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { expect, test } from 'vitest';
import { failureOf } from './web-api.ts';

const platform = (error: string) => new WebAPIPlatformError({ ok: false, error });
const broken = (code: string) =>
  new WebAPIRequestError(
    Object.assign(new Error('fetch failed'), { cause: Object.assign(new Error(code), { code }) }),
  );

/** What each failure means for a message: sent again blindly it would be there twice, not sent again it would be lost. */
test.each([
  ['Retry-After', new WebAPIRateLimitedError(7), 'retry'],
  ['a deleted message', platform('message_not_found'), 'missing'],
  ['an archived channel', platform('is_archived'), 'gone'],
  ['a card that Slack refuses', platform('invalid_blocks'), 'refused'],
  ['an error that we never heard of', platform('brand_new_error'), 'retry'],
  ['a wrong token, which an operator can mend', platform('invalid_auth'), 'cut_off'],
  ['a revoked token', platform('token_revoked'), 'cut_off'],
  ['429 without Retry-After', new Error('Retry header did not contain a valid timeout (url: x)'), 'retry'],
  ["Slack's own failure", platform('internal_error'), 'unclear'],
  ['HTTP 500', new WebAPIHTTPError(500, 'x', {}), 'unclear'],
  ['HTTP 503', new WebAPIHTTPError(503, 'x', {}), 'retry'],
  ['nobody listens', broken('ECONNREFUSED'), 'retry'],
  ['the connection broke', broken('ECONNRESET'), 'unclear'],
  ['a time-out', broken('UND_ERR_HEADERS_TIMEOUT'), 'unclear'],
  ['anything else', new Error('?'), 'unclear'],
])('%s', (_name, error, kind) => {
  expect(failureOf(error).kind).toBe(kind);
});

test('the wait is what Slack said, in milliseconds', () => {
  expect(failureOf(new WebAPIRateLimitedError(7)).retryInMs).toBe(7_000);
});
