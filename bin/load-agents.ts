import { readFileSync } from 'node:fs';
import { agentVersions, promptUrl } from '../agents/index.ts';
import type { Agent } from '../workers/activities/edges.ts';

/** Every version of every agent, each with its own prompt. */
export const loadAgents = (): readonly Agent[] =>
  agentVersions.map((contract) => ({ contract, prompt: readFileSync(promptUrl(contract), 'utf8') }));

/**
 * The same, and with `COUNTERSIGN_PLANTED=1` those that a story plants. Only beside the rehearsal model, so that no
 * deployment with a real one ever knows them.
 */
export async function loadAgentsFor(env: NodeJS.ProcessEnv, rehearsal: boolean): Promise<readonly Agent[]> {
  if (env['COUNTERSIGN_PLANTED'] !== '1' || !rehearsal) return loadAgents();
  const { plantedVersions } = await import('../local/planted/versions.ts');
  return [...loadAgents(), ...plantedVersions()];
}

/** Finds that very version; another one is never played in its place. */
export function findAgent(loaded: readonly Agent[]): (name: string, version: string) => Agent | null {
  const known = new Map(loaded.map((agent) => [`${agent.contract.name} ${agent.contract.version}`, agent]));
  return (name, version) => known.get(`${name} ${version}`) ?? null;
}
