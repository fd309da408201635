import { closest } from 'fastest-levenshtein';
import { compareVersions } from '../../core/versions.ts';
import type { EvalMetrics } from '../../core/evals/evaluation.ts';
import type { RunId } from '../../core/ids.ts';
import { wrongCases } from '../../evals/check-cases.ts';
import { runCases, type EvalReport } from '../../evals/run-cases.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { Agent } from '../../workers/activities/edges.ts';
import { goldenSetOf } from '../../workers/evals/golden-set.ts';
import { createAnthropicModels } from '../../workers/models/anthropic.ts';
import { loadAgentsFor } from '../load-agents.ts';
import type { Stack } from '../stack/open-stack.ts';
import { withThrowawayStack } from '../stack/throwaway.ts';
import { chooseEmbedder } from './embedder.ts';
import { judgeCases } from './judge-cases.ts';
import { withoutStore, type Kept } from './lasting.ts';
import { runCase } from './run-case.ts';

export interface Evaluated {
  readonly agent: Agent['contract'];
  readonly report: EvalReport;
  readonly model: string;
  readonly promptHash: string;
  readonly rehearsal: boolean;
  /** Null: no judge was asked, since the rehearsal is none. */
  readonly metrics: EvalMetrics | null;
  readonly kept: Kept;
}

/** A model of the person's own, or the rehearsal: `bin/stack` chooses by the same names. */
const isRehearsed = (env: NodeJS.ProcessEnv): boolean =>
  !env['ANTHROPIC_API_KEY'] && !env['ANTHROPIC_BASE_URL'];

const newest = (versions: readonly Agent[]): readonly Agent[] => {
  const sorted = versions.toSorted((a, b) => compareVersions(a.contract.version, b.contract.version));
  const released = sorted.filter(({ contract }) => !contract.version.includes('-'));
  return (released.length > 0 ? released : sorted).slice(-1);
};

const nearest = (what: string, said: string, known: readonly string[]): null => {
  console.error(`There is no ${what} "${said}". Did you mean "${closest(said, [...known])}"?`);
  return null;
};

/** The agent that was named, or all, in the version that was named, or the newest; null after saying which was meant. */
export async function chosenAgents(
  name: string | undefined,
  version: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<readonly Agent[] | null> {
  const loaded = await loadAgentsFor(env, isRehearsed(env));
  const names = [...new Set(loaded.map(({ contract }) => contract.name))];
  if (name !== undefined && !names.includes(name)) return nearest('agent', name, names);
  const wanted = name === undefined ? names : [name];
  const chosen = wanted.flatMap((one) => {
    const versions = loaded.filter(({ contract }) => contract.name === one);
    return version === undefined
      ? newest(versions)
      : versions.filter(({ contract }) => contract.version === version);
  });
  if (chosen.length > 0) return chosen;
  const known = loaded.map(({ contract }) => contract.version);
  return nearest('version', version ?? '', known);
}

function keptOf(agent: Agent, report: EvalReport, metrics: EvalMetrics | null, rehearsal: boolean): Kept {
  const { name, version } = agent.contract;
  const { cases, casesHash, promptHash, model } = goldenSetOf(agent, rehearsal);
  return {
    wanted: {
      ...{ cases, casesHash, promptHash, model, agent: name, agentVersion: version, rehearsal },
      source: 'command',
      ...{ requester: null, origin: {} },
    },
    results: report.cases.map(({ id: caseId, ...one }) => ({
      ...{ ...one, caseId, run: null, latencyMs: Math.round(one.latencyMs) },
    })),
    metrics,
  };
}

/** What was measured, as `gate`, `eval` and their tests hand it on. */
export function evaluatedOf(
  agent: Agent,
  report: EvalReport,
  more: { readonly rehearsal: boolean; readonly metrics: EvalMetrics | null },
): Evaluated {
  const { model, promptHash } = goldenSetOf(agent, more.rehearsal);
  const kept = keptOf(agent, report, more.metrics, more.rehearsal);
  return { agent: agent.contract, report, model, promptHash, ...more, kept };
}

async function evaluateOn(stack: Stack, agent: Agent, say: (line: string) => void): Promise<Evaluated> {
  const { contract, cases = [] } = agent;
  const people = await stack.stores.people.everyone(EXAMPLE.tenant);
  const requester = people.find((p) => p.roles.includes('admin'));
  if (!requester) throw new Error('The example insurer has no Admin to run evals as.');
  const runs = new Map<string, RunId>();
  const report = await runCases({
    agent: contract.name,
    cases,
    runCase: async (golden) => {
      const result = await runCase(stack, contract, requester, golden);
      runs.set(golden.id, result.run);
      return result;
    },
  });
  const { rehearsal, stores, env } = stack;
  if (rehearsal) return evaluatedOf(agent, report, { rehearsal, metrics: null });
  const embedder = await chooseEmbedder(env);
  say(
    `Judging ${cases.length} answers; answer relevancy by ${embedder?.name ?? 'no embedder: not measured'} ...`,
  );
  const models = createAnthropicModels({
    apiKey: env['ANTHROPIC_API_KEY'] ?? '',
    baseUrl: env['ANTHROPIC_BASE_URL'] ?? null,
  });
  const metrics = await judgeCases({ stores, agent: contract, cases, runs, models, embedder });
  return evaluatedOf(agent, report, { rehearsal, metrics });
}

/**
 * Every golden case as a real run in a sandbox of its own, graded and, with a real model, judged.
 * @throws Error with one sentence a line when a case cannot be right
 */
export async function evaluate(agent: Agent, say: (line: string) => void): Promise<Evaluated> {
  const { contract, cases = [] } = agent;
  const wrong = wrongCases(contract, cases);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  say(
    `Evaluating ${contract.name} ${contract.version} on ${cases.length} golden cases, in a sandbox of its own ...`,
  );
  const env = withoutStore(process.env);
  return withThrowawayStack({ say: (line) => say(`  ${line}`), durable: false, env }, (stack) =>
    evaluateOn(stack, agent, say),
  );
}
