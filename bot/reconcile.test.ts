import { expect, test } from 'vitest';
import type { CopyId, TenantId } from '../core/ids.ts';
import type { CardCopy, CopyFailure } from '../platform/stores.ts';
import type { SendFailure } from './chat.ts';
import { reconcile, retryInMs, type ReconcileEdges } from './reconcile.ts';

const failure = (why: string, asked?: number): SendFailure => ({
  ...{ ok: false, kind: 'retry', why },
  ...(asked === undefined ? {} : { retryInMs: asked }),
});

test('the wait doubles to half a minute and never falls below what the chat asked for', () => {
  const waits = [0, 1, 2, 3, 8, 9, 300].map((attempts) => retryInMs(failure('http_500'), attempts, () => 1));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 30_000, 30_000, 30_000]);
  expect(retryInMs(failure('ratelimited', 40_000), 1, () => 0)).toBe(40_000);
});

test('waiting for its turn does not double: the turn is its own', () => {
  expect(retryInMs(failure('budget', 900), 1, () => 0)).toBe(900);
  expect(retryInMs(failure('budget', 900), 200, () => 1)).toBe(1_400);
});

test('what is known of a chat already is not told anew by an attempt that asked nothing: it may be over by now', async () => {
  const ended: CopyFailure[] = [];
  const shut = { whole: true, why: 'token_revoked' };
  const copy = { copy: 'cpy_1', platform: 'slack', attempts: 3, shut } as unknown as CardCopy;
  const edges = {
    copies: {
      lease: () => Promise.resolve(copy),
      failed: (_: TenantId, __: CopyId, failure: CopyFailure) => Promise.resolve(void ended.push(failure)),
    },
    transports: { slack: { awaitsAccess: () => true } },
    loadCard: () => Promise.resolve({ card: {}, version: 1, thread: null }),
  } as unknown as ReconcileEdges;
  const outcome = await reconcile(edges, 'harbour' as TenantId, 'cpy_1' as CopyId);
  expect(outcome).toMatchObject({ result: 'later', why: 'token_revoked' });
  expect(ended).toMatchObject([{ failure: 'token_revoked', final: false, trouble: null }]);
});
