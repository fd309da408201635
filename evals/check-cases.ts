import { z } from 'zod';
import type { AgentContract } from '../core/contract.ts';
import type { GoldenCase } from './case.ts';

const listed = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');

/** What the agent's output may recommend; null when its schema leaves that open. */
function recommendable(agent: AgentContract): readonly string[] | null {
  const schema = z.toJSONSchema(agent.output, { io: 'input' }) as {
    properties?: { recommendation?: { enum?: readonly string[] } };
  };
  return schema.properties?.recommendation?.enum ?? null;
}

/** What a case says against itself, in sentences without the case's name. */
function ownContradictions({ expect }: GoldenCase): string[] {
  const said: string[] = [];
  if (expect.score !== null && expect.score[0] > expect.score[1])
    said.push(`its score begins at ${expect.score[0]} and ends at ${expect.score[1]}`);
  if (expect.refuses && expect.score !== null) said.push('it wants a refusal and a score');
  if (expect.refuses && expect.actions.length > 0) said.push('it wants a refusal and an action');
  if (!expect.refuses && expect.score === null && expect.actions.length === 0)
    said.push('it wants neither a score nor an action, but does not call that a refusal');
  const signs = new Map<string, string>();
  for (const { citation, sign } of expect.signals) {
    if (signs.has(citation) && signs.get(citation) !== sign)
      said.push(`${citation} is to point two ways, ${signs.get(citation)} and ${sign}`);
    signs.set(citation, sign);
  }
  return said;
}

function against(agent: AgentContract, golden: GoldenCase): string[] {
  const said: string[] = [];
  const input = agent.input.safeParse(golden.input);
  if (!input.success) said.push(`its input does not fit: ${input.error.issues[0]?.message ?? 'unreadable'}`);
  const tools = Object.values(agent.tools).flat();
  const missing = golden.expect.actions.filter((action) => !tools.includes(action));
  if (missing.length > 0) said.push(`${agent.name} has no tool ${listed(missing)}`);
  const known = recommendable(agent);
  const strange = known ? golden.expect.recommendations.filter((one) => !known.includes(one)) : [];
  if (strange.length > 0) said.push(`${agent.name} cannot recommend ${listed(strange)}`);
  return said;
}

/** One sentence for each thing that is wrong with a case: against itself, its agent's schemas or its agent's tools. */
export function wrongCases(agent: AgentContract, cases: readonly GoldenCase[]): string[] {
  const seen = new Set<string>();
  return cases.flatMap((golden) => {
    const twice = seen.has(golden.id) ? ['another case has the same id'] : [];
    seen.add(golden.id);
    return [...twice, ...ownContradictions(golden), ...against(agent, golden)].map(
      (what) => `The case "${golden.id}" cannot be right: ${what}.`,
    );
  });
}
