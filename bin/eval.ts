import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { agents } from '../agents/index.ts';
import { Assessment, type AgentContract } from '../core/contract.ts';
import type { Person } from '../core/people.ts';
import { parseCases, type GoldenCase } from '../evals/case.ts';
import type { CaseResult } from '../evals/graders.ts';
import { reportJson, reportTable } from '../evals/report.ts';
import { runCases } from '../evals/run-cases.ts';
import { EXAMPLE } from '../local/example/example.ts';
import type { Stack } from './stack/open-stack.ts';
import { withThrowawayStack } from './stack/throwaway.ts';

const CASE_LIMIT_MS = 120_000;
/** An agent's own output may hold more than every agent's must. */
const Said = z.object(Assessment.shape);

const casesOf = (agent: string): GoldenCase[] =>
  parseCases(readFileSync(resolve(import.meta.dirname, '../agents', agent, 'cases.jsonl'), 'utf8'));

/** One real run through queue, workflow and model, in the sandbox: its actions are recorded, never run. */
async function runCase(
  stack: Stack,
  agent: AgentContract,
  requester: Person,
  golden: GoldenCase,
): Promise<CaseResult> {
  const { runs } = stack.stores;
  const startedAt = Date.now();
  const { run } = await runs.create(EXAMPLE.tenant, {
    agent,
    input: agent.input.parse(golden.input),
    requester,
    source: 'eval',
    dedupeKey: null,
    environment: 'sandbox',
    rehearsal: stack.rehearsal,
    origin: {},
  });
  for (;;) {
    const view = await runs.view(EXAMPLE.tenant, run);
    if (view?.finishedAtMs) {
      const latencyMs = Date.now() - startedAt;
      const said = Said.safeParse(await runs.assessment(EXAMPLE.tenant, run));
      const actions = view.steps.filter((s) => s.kind === 'approval').map((s) => s.name);
      const failure = view.status === 'failed' ? (view.summary ?? 'The run failed.') : null;
      return {
        assessment: said.success ? said.data : null,
        actions,
        failure,
        costMicros: view.costMicros,
        latencyMs,
      };
    }
    if (Date.now() - startedAt > CASE_LIMIT_MS)
      throw new Error(`The run ${run} did not end in ${CASE_LIMIT_MS / 1000} s.`);
    await sleep(100);
  }
}

async function evaluate(agent: AgentContract): Promise<boolean> {
  console.log(`Evaluating ${agent.name} ${agent.version} on its golden cases, in a sandbox of its own ...`);
  return withThrowawayStack({ say: (line) => console.log(`  ${line}`), durable: false }, async (stack) => {
    const people = await stack.stores.people.everyone(EXAMPLE.tenant);
    const requester = people.find((p) => p.roles.includes('admin'));
    if (!requester) throw new Error('The example insurer has no Admin to run evals as.');
    const report = await runCases({
      agent: agent.name,
      cases: casesOf(agent.name),
      runCase: (golden) => runCase(stack, agent, requester, golden),
    });
    console.log(reportTable(report));
    if (stack.rehearsal) console.log('Measured on the rehearsal model: this says nothing about a real one.');
    console.log(reportJson(report));
    return report.pass;
  });
}

/** `countersign eval [agent]`: exit code 1 when the mean grader score of any agent is below its threshold. */
export async function run(args: string[]): Promise<number> {
  const [name] = args;
  const chosen = name ? agents.filter((a) => a.name === name) : agents;
  if (chosen.length === 0) {
    console.error(
      `There is no agent "${name}". Did you mean "${closest(
        name ?? '',
        agents.map((a) => a.name),
      )}"?`,
    );
    return 2;
  }
  let pass = true;
  for (const agent of chosen) pass = (await evaluate(agent)) && pass;
  return pass ? 0 : 1;
}
