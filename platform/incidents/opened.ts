import type { IncidentHappening, IncidentState } from '../../core/incident/types.ts';
import type { TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { append } from '../ledger/append.ts';
import { intendThread } from './plan-copies.ts';
import { entryOf, insertEvents, insertIncident, tellWorkflow } from './write.ts';

/** All that an opening writes: ledger first, whose head is locked, then the row, its event, its thread and its clock. */
export async function writeOpened(
  tx: TenantTx,
  tenant: TenantId,
  { state, happened }: { readonly state: IncidentState; readonly happened: readonly IncidentHappening[] },
  nowMs: number,
): Promise<void> {
  const seq = await append(tx, tenant, ...happened.map((one) => entryOf(state, one, null)));
  await insertIncident(tx, state, seq);
  await insertEvents(tx, state, happened, { actor: null, nowMs });
  await intendThread(tx, state);
  await tellWorkflow(tx, state);
}
