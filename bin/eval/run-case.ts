import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentContract } from '../../core/contract.ts';
import type { RunId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import type { GoldenCase } from '../../evals/case.ts';
import type { CaseResult } from '../../evals/graders.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { caseResultOf } from '../../workers/evals/case-result.ts';
import type { Stack } from '../stack/open-stack.ts';

const CASE_LIMIT_MS = 120_000;

/** One real run through queue, workflow and model, in the sandbox: its actions are recorded, never run. */
export async function runCase(
  stack: Stack,
  agent: AgentContract,
  requester: Person,
  golden: GoldenCase,
): Promise<CaseResult & { readonly run: RunId }> {
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
      const result = await caseResultOf(stack.stores, EXAMPLE.tenant, run, view);
      return { ...result, run, latencyMs: Date.now() - startedAt };
    }
    if (Date.now() - startedAt > CASE_LIMIT_MS)
      throw new Error(`The run ${run} did not end in ${CASE_LIMIT_MS / 1000} s.`);
    await sleep(100);
  }
}
