import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../platform/redis.ts';
import { testEngines } from '../test/engines.ts';
import { ALLOWANCES, createSendBudget, type Spend } from './send-budget.ts';

let redis: ReturnType<typeof openRedis>;
beforeAll(() => {
  redis = openRedis(testEngines().redisUrl, { failFast: false });
});
afterAll(() => redis.disconnect());

const fresh = (): string => `test-${randomBytes(6).toString('hex')}`;
const post: Spend = { platform: 'slack', method: 'post', workspace: 'T1', conversation: 'C1' };

test('a channel gets its short burst, then waits about a second; other channels do not wait', async () => {
  const budget = createSendBudget(redis, fresh());
  const waits = await Promise.all(Array.from({ length: 10 }, () => budget.take(post)));
  const taken = waits.filter((wait) => wait === 0).length;
  expect(taken).toBeGreaterThanOrEqual(3);
  expect(taken).toBeLessThan(10);
  const perMinute = ALLOWANCES.slack.post.conversationPerMinute;
  expect(Math.max(...waits)).toBeLessThanOrEqual(60_000 / perMinute);
  expect(await budget.take({ ...post, conversation: 'C2' })).toBe(0);
});

test('two processes share one budget', async () => {
  const prefix = fresh();
  const [one, two] = [createSendBudget(redis, prefix), createSendBudget(redis, prefix)];
  const waits = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).take(post)));
  expect(waits.filter((wait) => wait === 0).length).toBeLessThanOrEqual(4);
});

test('a Retry-After holds everyone back, in this workspace and for this method only', async () => {
  const prefix = fresh();
  const [one, two] = [createSendBudget(redis, prefix), createSendBudget(redis, prefix)];
  await one.hold(post, 5_000);
  expect(await two.take(post)).toBeGreaterThan(4_000);
  expect(await two.take({ ...post, conversation: 'C9' })).toBeGreaterThan(4_000);
  expect(await two.take({ ...post, workspace: 'T2' })).toBe(0);
  expect(await two.take({ ...post, method: 'update' })).toBe(0);
});
