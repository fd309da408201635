import { readFileSync } from 'node:fs';
import { agentVersions, promptUrl } from '../agents/index.ts';
import type { Agent } from '../workers/activities/edges.ts';

/** Every version of every agent, each with its own prompt. */
export const loadAgents = (): readonly Agent[] =>
  agentVersions.map((contract) => ({ contract, prompt: readFileSync(promptUrl(contract), 'utf8') }));

/** Finds that very version; another one is never played in its place. */
export function findAgent(loaded: readonly Agent[]): (name: string, version: string) => Agent | null {
  const known = new Map(loaded.map((agent) => [`${agent.contract.name} ${agent.contract.version}`, agent]));
  return (name, version) => known.get(`${name} ${version}`) ?? null;
}
