import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { agents, promptUrl } from '../../agents/index.ts';
import { digestOf, sha256Text } from '../../core/canonical-json.ts';
import type { AgentContract } from '../../core/contract.ts';
import type { EvalId, RunId } from '../../core/ids.ts';
import { parseCases, type GoldenCase } from '../../evals/case.ts';
import { wrongCases } from '../../evals/check-cases.ts';
import { runCases, type EvalReport } from '../../evals/run-cases.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { MODEL_OF_TIER } from '../../workers/models/prices.ts';
import type { Stack } from '../stack/open-stack.ts';
import { withThrowawayStack } from '../stack/throwaway.ts';
import { runCase } from './run-case.ts';

export interface Evaluated {
  readonly agent: AgentContract;
  readonly report: EvalReport;
  readonly model: string;
  readonly promptHash: string;
  readonly rehearsal: boolean;
}

/** @throws Error with one sentence a line when a case cannot be right */
export function casesOf(agent: AgentContract): GoldenCase[] {
  const file = resolve(import.meta.dirname, '../../agents', agent.name, 'cases.jsonl');
  const cases = parseCases(readFileSync(file, 'utf8'));
  const wrong = wrongCases(agent, cases);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return cases;
}

/** The agents that were named, or all; null after saying which was meant. */
export function chosenAgents(name: string | undefined): readonly AgentContract[] | null {
  const chosen = name === undefined ? agents : agents.filter((agent) => agent.name === name);
  if (chosen.length > 0) return chosen;
  const nearest = closest(
    name ?? '',
    agents.map((agent) => agent.name),
  );
  console.error(`There is no agent "${name}". Did you mean "${nearest}"?`);
  return null;
}

async function evaluateOn(
  stack: Stack,
  agent: AgentContract,
  cases: readonly GoldenCase[],
): Promise<Evaluated> {
  const people = await stack.stores.people.everyone(EXAMPLE.tenant);
  const requester = people.find((p) => p.roles.includes('admin'));
  if (!requester) throw new Error('The example insurer has no Admin to run evals as.');
  const model = stack.rehearsal ? `rehearsal/${MODEL_OF_TIER[agent.tier]}` : MODEL_OF_TIER[agent.tier];
  const promptHash = sha256Text(readFileSync(fileURLToPath(promptUrl(agent)), 'utf8'));
  const { evals } = stack.stores;
  const id = await evals.start(EXAMPLE.tenant, {
    ...{ agent: agent.name, agentVersion: agent.version, promptHash, model, rehearsal: stack.rehearsal },
    ...{ casesHash: digestOf(JSON.parse(JSON.stringify(cases))), cases: cases.length },
    ...{ source: 'command', requester: requester.id, origin: {} },
  });
  const runs = new Map<string, RunId>();
  const report = await runCases({
    agent: agent.name,
    cases,
    runCase: async (golden) => {
      const result = await runCase(stack, agent, requester, golden);
      runs.set(golden.id, result.run);
      return result;
    },
  });
  await keep(stack, id, report, runs);
  return { agent, report, model, promptHash, rehearsal: stack.rehearsal };
}

async function keep(
  stack: Stack,
  id: EvalId,
  report: EvalReport,
  runs: ReadonlyMap<string, RunId>,
): Promise<void> {
  const { evals } = stack.stores;
  for (const { id: caseId, ...one } of report.cases)
    await evals.saveResult(EXAMPLE.tenant, id, { ...one, caseId, run: runs.get(caseId) ?? null });
  await evals.finish(EXAMPLE.tenant, id, { status: 'done' });
}

/** Every golden case as a real run in a sandbox of its own, graded and stored. */
export async function evaluate(agent: AgentContract, say: (line: string) => void): Promise<Evaluated> {
  const cases = casesOf(agent);
  say(
    `Evaluating ${agent.name} ${agent.version} on ${cases.length} golden cases, in a sandbox of its own ...`,
  );
  return withThrowawayStack({ say: (line) => say(`  ${line}`), durable: false }, (stack) =>
    evaluateOn(stack, agent, cases),
  );
}
