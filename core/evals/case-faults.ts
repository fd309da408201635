import { z } from 'zod';
import type { AgentContract } from '../contract.ts';
import type { GoldenCase } from './golden-case.ts';

/** Why a golden case cannot be right, with what is wrong in it; a sentence for each is in `case-fault-words.ts`. */
export type CaseFault =
  | { readonly what: 'score-backwards'; readonly from: number; readonly to: number }
  | { readonly what: 'refusal-and-score' | 'refusal-and-action' | 'nothing-wanted' | 'id-twice' }
  | { readonly what: 'two-ways'; readonly citation: string; readonly first: string; readonly then: string }
  | { readonly what: 'input'; readonly why: string }
  | {
      readonly what: 'no-tool' | 'no-recommendation';
      readonly agent: string;
      readonly words: readonly string[];
    };

/** What the agent's output may recommend; null when its schema leaves that open. */
export function recommendable(agent: AgentContract): readonly string[] | null {
  const schema = z.toJSONSchema(agent.output, { io: 'input' }) as {
    properties?: { recommendation?: { enum?: readonly string[] } };
  };
  return schema.properties?.recommendation?.enum ?? null;
}

function ownContradictions({ expect }: GoldenCase): CaseFault[] {
  const found: CaseFault[] = [];
  const { score, refuses, actions } = expect;
  if (score !== null && score[0] > score[1])
    found.push({ what: 'score-backwards', from: score[0], to: score[1] });
  if (refuses && score !== null) found.push({ what: 'refusal-and-score' });
  if (refuses && actions.length > 0) found.push({ what: 'refusal-and-action' });
  if (!refuses && score === null && actions.length === 0) found.push({ what: 'nothing-wanted' });
  const signs = new Map<string, string>();
  for (const { citation, sign } of expect.signals) {
    const first = signs.get(citation);
    if (first !== undefined && first !== sign) found.push({ what: 'two-ways', citation, first, then: sign });
    signs.set(citation, sign);
  }
  return found;
}

function against(agent: AgentContract, golden: GoldenCase): CaseFault[] {
  const found: CaseFault[] = [];
  const input = agent.input.safeParse(golden.input);
  if (!input.success) found.push({ what: 'input', why: input.error.issues[0]?.message ?? 'unreadable' });
  const tools = Object.values(agent.tools).flat();
  const missing = golden.expect.actions.filter((action) => !tools.includes(action));
  if (missing.length > 0) found.push({ what: 'no-tool', agent: agent.name, words: missing });
  const known = recommendable(agent);
  const strange = known ? golden.expect.recommendations.filter((one) => !known.includes(one)) : [];
  if (strange.length > 0) found.push({ what: 'no-recommendation', agent: agent.name, words: strange });
  return found;
}

/** What is wrong with one case: against itself, its agent's schemas or its agent's tools. */
export const faultsOf = (agent: AgentContract, golden: GoldenCase): CaseFault[] => [
  ...ownContradictions(golden),
  ...against(agent, golden),
];
