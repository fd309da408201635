import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentVersions } from '../../agents/index.ts';
import { MODEL_OF_TIER, priceOf, thinkingOf, type Usage } from './prices.ts';

const usage = (u: Partial<Usage>): Usage => ({ inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0, ...u }); // prettier-ignore

test('figures from the price list', () => {
  expect(priceOf('claude-sonnet-5-5', usage({ inputTokens: 1_000_000 }))).toBe(2_000_000);
  expect(priceOf('claude-opus-5-5', usage({ outputTokens: 1_000_000 }))).toBe(20_000_000);
  expect(priceOf('claude-haiku-5-5', usage({ inputTokens: 1_000, outputTokens: 100 }))).toBe(150);
  expect(
    priceOf('claude-sonnet-5-5', usage({ inputTokens: 100, cacheReadTokens: 1_000, cacheWriteTokens: 100 })),
  ).toBe(550);
});

test('a long prompt makes every token of the call dearer', () => {
  const of = (inputTokens: number) =>
    priceOf('claude-haiku-5-5', usage({ inputTokens, outputTokens: 1_000 }));
  expect(of(100_000)).toBe(10_500);
  expect(of(100_001)).toBe(Math.ceil(100_001 * 0.5 + 2_500));
  expect(priceOf('claude-haiku-5-5', usage({ cacheReadTokens: 100_001 }))).toBe(5_001);
});

test('a model without a price is never cheaper than the ones with', () => {
  const u = usage({ inputTokens: 5_000, outputTokens: 500 });
  for (const model of Object.values(MODEL_OF_TIER))
    expect(priceOf('llama-local', u)).toBeGreaterThanOrEqual(priceOf(model, u));
});

test('prices are whole micro-dollars and never fall as tokens rise', () => {
  const tokens = fc.nat({ max: 200_000 });
  fc.assert(
    fc.property(
      tokens,
      tokens,
      tokens,
      fc.constantFrom(...Object.values(MODEL_OF_TIER)),
      (input, output, cached, model) => {
        const u = usage({ inputTokens: input, outputTokens: output, cacheReadTokens: cached });
        const price = priceOf(model, u);
        expect(Number.isSafeInteger(price)).toBe(true);
        expect(priceOf(model, { ...u, outputTokens: output + 1 })).toBeGreaterThanOrEqual(price);
      },
    ),
  );
});

test('every model that an agent can end at has a price', () => {
  for (const { tier, model: own, fallbackModel } of agentVersions)
    for (const model of [own ?? MODEL_OF_TIER[tier], fallbackModel])
      expect(thinkingOf(model), model).not.toBeNull();
});
