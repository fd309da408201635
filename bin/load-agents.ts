import { existsSync, readFileSync } from 'node:fs';
import { agentVersions, promptUrl } from '../agents/index.ts';
import type { AgentContract } from '../core/contract.ts';
import type { GoldenSet } from '../core/evals/evaluation.ts';
import { parseCases, type GoldenCase } from '../evals/case.ts';
import { goldenSetOf } from '../workers/evals/golden-set.ts';
import type { Agent } from '../workers/activities/edges.ts';

const casesFile = ({ name }: Pick<AgentContract, 'name'>): URL =>
  new URL(`../agents/${name}/cases.jsonl`, import.meta.url);

/** Golden cases belong to an agent, whatever its version. @throws Error that names the line that cannot be read */
export function goldenCasesOf(agent: Pick<AgentContract, 'name'>): readonly GoldenCase[] {
  const file = casesFile(agent);
  return existsSync(file) ? parseCases(readFileSync(file, 'utf8')) : [];
}

/** Every version of every agent, each with its own prompt and its agent's golden cases. */
export const loadAgents = (): readonly Agent[] =>
  agentVersions.map((contract) => ({
    contract,
    prompt: readFileSync(promptUrl(contract), 'utf8'),
    cases: goldenCasesOf(contract),
  }));

/**
 * The same, and with `COUNTERSIGN_PLANTED=1` those that a story plants. Only beside the rehearsal model, so that no
 * deployment with a real one ever knows them.
 */
export async function loadAgentsFor(env: NodeJS.ProcessEnv, rehearsal: boolean): Promise<readonly Agent[]> {
  if (env['COUNTERSIGN_PLANTED'] !== '1' || !rehearsal) return loadAgents();
  const { plantedVersions } = await import('../local/planted/versions.ts');
  const planted = plantedVersions().map((one) => ({ ...one, cases: goldenCasesOf(one.contract) }));
  return [...loadAgents(), ...planted];
}

/** Finds that very version; another one is never played in its place. */
export function findAgent(loaded: readonly Agent[]): (name: string, version: string) => Agent | null {
  const known = new Map(loaded.map((agent) => [`${agent.contract.name} ${agent.contract.version}`, agent]));
  return (name, version) => known.get(`${name} ${version}`) ?? null;
}

/** What the bot has to know of golden cases, which it never reads itself. */
export function goldenSets(
  loaded: readonly Agent[],
  rehearsal: boolean,
): (name: string, version: string) => GoldenSet | null {
  const find = findAgent(loaded);
  return (name, version) => {
    const agent = find(name, version);
    return agent === null ? null : goldenSetOf(agent, rehearsal);
  };
}
