import { FAILURE_BUDGET } from '../../core/activities.ts';
import type { AgentContract } from '../../core/contract.ts';
import type { UsdMicros } from '../../core/money.ts';
import type { RunRow } from '../../platform/stores.ts';
import type { ModelRequest } from '../models/models.ts';
import { priceOf } from '../models/prices.ts';
import { finalFailure } from './edges.ts';

/** English prose has about four characters a token; three errs on the side of stopping early. */
const CHARACTERS_PER_TOKEN = 3;

export interface Reservation {
  readonly tokens: number;
  readonly inputTokens: number;
  readonly costMicros: UsdMicros;
}

/** What a call could cost at most, judged before it is made: the whole prompt uncached, the answer at its limit. */
export function reserve(request: ModelRequest): Reservation {
  const characters = request.system.length + JSON.stringify([request.messages, request.tools]).length;
  const inputTokens = Math.ceil(characters / CHARACTERS_PER_TOKEN);
  const usage = { inputTokens, outputTokens: request.maxTokens, cacheWriteTokens: 0, cacheReadTokens: 0 };
  return {
    inputTokens,
    tokens: inputTokens + request.maxTokens,
    costMicros: priceOf(request.model, usage),
  };
}

/** Stops hard before the call that could break the budget. @throws BudgetSpent, which no retry mends. */
export function holdToBudget(
  contract: AgentContract,
  row: Pick<RunRow, 'costMicros' | 'inputTokens' | 'outputTokens'>,
  next: Reservation,
): void {
  const { budget } = contract;
  const usd = (micros: number) => `US$${(micros / 1e6).toFixed(4)}`;
  if (row.costMicros + next.costMicros > budget.costMicros)
    throw finalFailure(
      FAILURE_BUDGET,
      `The run's budget of ${usd(budget.costMicros)} would be passed: ${usd(row.costMicros)} is spent. A person has to look at it.`,
    );
  const spent = row.inputTokens + row.outputTokens;
  if (spent + next.tokens > budget.tokens)
    throw finalFailure(
      FAILURE_BUDGET,
      `The run's budget of ${budget.tokens} tokens would be passed: ${spent} are used. A person has to look at it.`,
    );
}
