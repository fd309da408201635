import { FAILURE_HELD } from '../../core/activities.ts';
import type { TenantId } from '../../core/ids.ts';
import { refusalSentence } from '../../core/sentences.ts';
import { finalFailure, type Edges } from './edges.ts';

/** A run that has not begun may not begin while its agent is paused. @throws with the sentence that people read */
export async function notWhilePaused(
  edges: Pick<Edges, 'stores'>,
  tenant: TenantId,
  agent: string,
): Promise<void> {
  const { paused } = await edges.stores.switches.read(tenant);
  if (paused.has(agent))
    throw finalFailure(FAILURE_HELD, refusalSentence({ reason: 'agent_paused', detail: { agent } }));
}

/** A stop ends what is under way before it asks a model again. @throws with the sentence that people read */
export async function notWhileStopped(edges: Pick<Edges, 'stores'>, tenant: TenantId): Promise<void> {
  const { stopped } = await edges.stores.switches.read(tenant);
  if (stopped !== null)
    throw finalFailure(FAILURE_HELD, refusalSentence({ reason: 'tenant_stopped', detail: {} }));
}
