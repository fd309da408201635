import { digestOf } from '../canonical-json.ts';
import type { AgentContract } from '../contract.ts';
import { faultsOf } from './case-faults.ts';
import type { GoldenSet } from './evaluation.ts';
import type { GoldenCase } from './golden-case.ts';

/**
 * A version's golden set with the cases that a company accepted for its agent. Without any it is the set of the code, so that
 * figures of before stay comparable.
 */
export function withOwnCases(contract: AgentContract, set: GoldenSet, own: readonly GoldenCase[]): GoldenSet {
  if (own.length === 0) return set;
  return {
    ...set,
    cases: set.cases + own.length,
    casesHash: digestOf([set.casesHash, JSON.parse(JSON.stringify(own))]),
    sound: set.sound && own.every((golden) => faultsOf(contract, golden).length === 0),
  };
}
