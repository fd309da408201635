import { z } from 'zod';
import type { RunRef } from '../../core/activities.ts';
import { digestOf } from '../../core/canonical-json.ts';
import type { AgentContract } from '../../core/contract.ts';
import type { Stores } from '../../platform/stores.ts';
import { reserve } from '../activities/budget.ts';
import type { ModelReply, ModelRequest, Models } from '../models/models.ts';
import { priceOf } from '../models/prices.ts';
import { JudgeBudgetError } from './score-run.ts';

type Good = ModelReply & { ok: true };
const Kept = z.looseObject({ ok: z.literal(true), model: z.string(), costMicros: z.number() });

/** What judging one run came to so far, repeats of the work included. */
export interface Bill {
  model: string | null;
  costMicros: number;
  inputTokens: number;
  outputTokens: number;
  latencyMs: number;
  calls: number;
  failed: boolean;
}

function add(bill: Bill, { model, costMicros, usage, latencyMs }: Good): void {
  bill.model = model;
  bill.costMicros += costMicros;
  bill.inputTokens += usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  bill.outputTokens += usage.outputTokens;
  bill.latencyMs += latencyMs;
  bill.calls += 1;
}

/** A call cut off in time may still be billed for its prompt; nobody tells us, so it is assumed. */
function addTimeout(bill: Bill, request: ModelRequest): void {
  const { inputTokens } = reserve(request);
  const usage = { inputTokens, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  bill.inputTokens += inputTokens;
  bill.costMicros += priceOf(request.model, usage);
}

/**
 * The models as one run's judge may use them. Each answer is kept before it is used: work that begins again finds it and pays
 * for nothing twice. Judging a run may cost as much as its agent's run may, apart from what the run itself cost, so that dear
 * runs are scored like cheap ones.
 */
export function payOnce(
  { models, stores }: { readonly models: Models; readonly stores: Pick<Stores, 'scores'> },
  { tenant, run }: RunRef,
  budget: AgentContract['budget'],
): { readonly models: Models; readonly bill: Bill } {
  const bill: Bill = {
    ...{ model: null, costMicros: 0, inputTokens: 0, outputTokens: 0 },
    ...{ latencyMs: 0, calls: 0, failed: false },
  };
  const asked = new Map<string, number>();
  /** The same question again (an answer that could not be read) is another one. */
  const keyOf = (request: ModelRequest): string => {
    const digest = digestOf([request.model, request.system, JSON.stringify(request.messages)]);
    const times = asked.get(digest) ?? 0;
    asked.set(digest, times + 1);
    return `${digest}-${times}`;
  };
  const ask = async (request: ModelRequest): Promise<ModelReply> => {
    const key = keyOf(request);
    const known = Kept.safeParse(await stores.scores.reply(tenant, run, key));
    if (known.success) {
      const reply = known.data as unknown as Good;
      add(bill, reply);
      return reply;
    }
    const next = reserve(request);
    const tokens = bill.inputTokens + bill.outputTokens + next.tokens;
    if (bill.costMicros + next.costMicros > budget.costMicros || tokens > budget.tokens)
      throw new JudgeBudgetError('judging this run would cost more than a run may');
    const reply = await models.ask(request);
    if (reply.ok) {
      await stores.scores.keepReply(tenant, run, key, reply);
      add(bill, reply);
    } else {
      bill.failed = true;
      if (reply.kind === 'timeout') addTimeout(bill, request);
    }
    return reply;
  };
  return { models: { ask }, bill };
}
