import { digestOf, sha256Text } from '../../core/canonical-json.ts';
import type { GoldenSet } from '../../core/evals/evaluation.ts';
import { wrongCases } from '../../evals/check-cases.ts';
import type { Agent } from '../activities/edges.ts';
import { MODEL_OF_TIER } from '../models/prices.ts';

/** What is known of a version's golden cases without playing them. */
export function goldenSetOf({ contract, prompt, cases = [] }: Agent, rehearsal: boolean): GoldenSet {
  const model = MODEL_OF_TIER[contract.tier];
  return {
    cases: cases.length,
    casesHash: digestOf(JSON.parse(JSON.stringify(cases))),
    promptHash: sha256Text(prompt),
    model: rehearsal ? `rehearsal/${model}` : model,
    sound: wrongCases(contract, cases).length === 0,
  };
}
