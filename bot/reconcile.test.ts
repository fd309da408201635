import { expect, test } from 'vitest';
import type { SendFailure } from './chat.ts';
import { retryInMs } from './reconcile.ts';

const failure = (why: string, asked?: number): SendFailure => ({
  ...{ ok: false, kind: 'retry', why },
  ...(asked === undefined ? {} : { retryInMs: asked }),
});

test('the wait doubles to half a minute and never falls below what the chat asked for', () => {
  const waits = [0, 1, 2, 3, 8, 9, 300].map((attempts) => retryInMs(failure('http_500'), attempts, () => 1));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 30_000, 30_000, 30_000]);
  expect(retryInMs(failure('ratelimited', 40_000), 1, () => 0)).toBe(40_000);
});

test('waiting for its turn does not double', () => {
  expect(retryInMs(failure('budget', 900), 1, () => 0)).toBe(900);
  expect(retryInMs(failure('budget', 900), 200, () => 1)).toBe(60_900);
});
