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

test('a channel gets its short burst, then each a turn of its own, as far apart as it allows; other channels do not wait', async () => {
  const budget = createSendBudget(redis, fresh(), () => 0, () => 0); // prettier-ignore
  const waits = await Promise.all(Array.from({ length: 10 }, () => budget.take(post)));
  const refused = waits.filter((wait) => wait > 0).sort((a, b) => a - b);
  expect(refused.length).toBeGreaterThan(0);
  expect(waits.length - refused.length).toBeGreaterThanOrEqual(3);
  const apartMs = 60_000 / ALLOWANCES.slack.post.conversationPerMinute;
  expect(refused[0]).toBeLessThanOrEqual(apartMs);
  for (const [i, wait] of refused.slice(1).entries())
    expect(wait - (refused[i] ?? 0)).toBeGreaterThanOrEqual(apartMs);
  expect(await budget.take({ ...post, conversation: 'C2' })).toBe(0);
  // Who comes new takes the next turn without asking; beyond a minute nobody is told one.
  const last = refused.at(-1) ?? 0;
  expect(budget.lineUp(post, 0)).toBe(last + apartMs);
  expect(budget.lineUp({ ...post, conversation: 'C2' }, 0)).toBe(0);
  for (let told = last + apartMs; told + apartMs <= 60_000; told += apartMs) budget.lineUp(post, 0);
  expect(budget.lineUp(post, 0)).toBe(30_000);
});

test('two processes share one budget', async () => {
  const prefix = fresh();
  const [one, two] = [createSendBudget(redis, prefix), createSendBudget(redis, prefix)];
  const began = performance.now();
  const waits = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).take(post)));
  // The burst, and what has come in since, however slow the machine is.
  const since = Math.ceil(
    ((performance.now() - began) / 60_000) * ALLOWANCES.slack.post.conversationPerMinute,
  );
  expect(waits.filter((wait) => wait === 0).length).toBeLessThanOrEqual(3 + since);
});

test('a Retry-After holds everyone back, in this workspace and for this method only', async () => {
  const prefix = fresh();
  const [one, two] = [createSendBudget(redis, prefix), createSendBudget(redis, prefix)];
  await one.hold(post, 50_000);
  expect(await two.take(post)).toBeGreaterThan(10_000);
  expect(await two.take({ ...post, conversation: 'C9' })).toBeGreaterThan(10_000);
  expect(await two.take({ ...post, workspace: 'T2' })).toBe(0);
  expect(await two.take({ ...post, method: 'update' })).toBe(0);
});
