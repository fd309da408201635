import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Assessment, type AgentContract } from '../../core/contract.ts';
import type { RunId } from '../../core/ids.ts';
import { ASK_PERSON } from '../../core/person-question.ts';
import type { Person } from '../../core/people.ts';
import type { GoldenCase } from '../../evals/case.ts';
import type { CaseResult } from '../../evals/graders.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { Stack } from '../stack/open-stack.ts';

const CASE_LIMIT_MS = 120_000;
/** An agent's own output may hold more than every agent's must. */
const Said = z.object(Assessment.shape);

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
      const latencyMs = Date.now() - startedAt;
      const said = Said.safeParse(await runs.assessment(EXAMPLE.tenant, run));
      // a question to a person does nothing to anything
      const asked = view.steps.filter((s) => s.kind === 'approval' && s.name !== ASK_PERSON.tool);
      const actions = asked.map((s) => s.name);
      const failure = view.status === 'failed' ? (view.summary ?? 'The run failed.') : null;
      return {
        run,
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
