import type { ModelTier } from '../../core/contract.ts';
import type { UsdMicros } from '../../core/money.ts';

/** US dollars per million tokens, which is the same figure as micro-dollars per token. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite: number;
  readonly cacheRead: number;
}

interface ModelFacts extends Price {
  /** Applies to the whole call when its prompt (cached parts included) is longer. */
  readonly longPrompt?: Price & { readonly aboveTokens: number };
  /** Thinking that can be switched off is, since a call has seconds and few tokens; evals decide otherwise. */
  readonly thinking: 'can be off' | 'always on' | 'off by default';
}

/** https://platform.claude.com/docs/en/about-claude/pricing and the models overview, as of 24 October 2026. */
const MODELS: Readonly<Record<string, ModelFacts>> = {
  'claude-haiku-5-5': {
    input: 0.1,
    output: 0.5,
    cacheWrite: 0.125,
    cacheRead: 0.01,
    longPrompt: { aboveTokens: 100_000, input: 0.5, output: 2.5, cacheWrite: 0.625, cacheRead: 0.05 },
    thinking: 'can be off',
  },
  'claude-sonnet-5-5': { input: 2, output: 10, cacheWrite: 2.5, cacheRead: 0.1, thinking: 'can be off' },
  'claude-opus-5-5': { input: 4, output: 20, cacheWrite: 5, cacheRead: 0.2, thinking: 'always on' },
  'claude-haiku-4-5': { input: 1, output: 5, cacheWrite: 1.25, cacheRead: 0.1, thinking: 'off by default' },
  'claude-sonnet-4-6': { input: 3, output: 15, cacheWrite: 3.75, cacheRead: 0.3, thinking: 'off by default' },
  'claude-opus-4-8': { input: 5, output: 25, cacheWrite: 6.25, cacheRead: 0.5, thinking: 'off by default' },
};

/** The tier's cheapest model that its quality bar allows (mission, row 7). */
export const MODEL_OF_TIER: Readonly<Record<ModelTier, string>> = {
  classification: 'claude-haiku-5-5',
  reasoning: 'claude-sonnet-5-5',
  synthesis: 'claude-opus-5-5',
};

export interface Usage {
  /** Neither written to nor read from the cache. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheReadTokens: number;
}

/** A model we have no price for (a gateway's own name) is priced as the dearest we know: budgets stop early, not late. */
const factsOf = (model: string): ModelFacts => MODELS[model] ?? MODELS['claude-opus-4-8']!;

export const thinkingOf = (model: string): ModelFacts['thinking'] | null => MODELS[model]?.thinking ?? null;

/** What a call costs, in whole micro-dollars rounded up. */
export function priceOf(model: string, usage: Usage): UsdMicros {
  const facts = factsOf(model);
  const prompt = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  const price = facts.longPrompt && prompt > facts.longPrompt.aboveTokens ? facts.longPrompt : facts;
  const micros =
    usage.inputTokens * price.input +
    usage.outputTokens * price.output +
    usage.cacheWriteTokens * price.cacheWrite +
    usage.cacheReadTokens * price.cacheRead;
  // 0.1 has no exact binary form: without this a whole sum may round up by one.
  return Math.ceil(Number(micros.toFixed(6)));
}
