import type { AgentContract } from '../core/contract.ts';
import { caseFaultSentence } from '../core/evals/case-fault-words.ts';
import { faultsOf, type CaseFault } from '../core/evals/case-faults.ts';
import type { GoldenCase } from './case.ts';

/** One sentence for each thing that is wrong with a case: against itself, its agent's schemas or its agent's tools. */
export function wrongCases(agent: AgentContract, cases: readonly GoldenCase[]): string[] {
  const seen = new Set<string>();
  return cases.flatMap((golden) => {
    const twice: CaseFault[] = seen.has(golden.id) ? [{ what: 'id-twice' }] : [];
    seen.add(golden.id);
    return [...twice, ...faultsOf(agent, golden)].map((fault) => caseFaultSentence(golden.id, fault));
  });
}
