import { z } from 'zod';
import { Assessment } from '../../core/contract.ts';
import type { RunId, TenantId } from '../../core/ids.ts';
import { ASK_PERSON } from '../../core/person-question.ts';
import type { RunView } from '../../core/views.ts';
import type { CaseResult } from '../../evals/graders.ts';
import type { Stores } from '../../platform/stores.ts';

/** An agent's own output may hold more than every agent's must. */
const Said = z.object(Assessment.shape);

/** What a sandbox run that is over came to, as graders see it. */
export async function caseResultOf(
  { runs }: Pick<Stores, 'runs'>,
  tenant: TenantId,
  run: RunId,
  view: RunView,
): Promise<CaseResult> {
  const said = Said.safeParse(await runs.assessment(tenant, run));
  // a question to a person does nothing to anything
  const asked = view.steps.filter((s) => s.kind === 'approval' && s.name !== ASK_PERSON.tool);
  return {
    assessment: said.success ? said.data : null,
    actions: asked.map((s) => s.name),
    failure: view.status === 'failed' ? (view.summary ?? 'The run failed.') : null,
    costMicros: view.costMicros,
    latencyMs: Math.round((view.finishedAtMs ?? view.createdAtMs) - view.createdAtMs),
  };
}
