import type { PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { CLOSE_WAY_OUT, GIVE_BACK } from '../intake/place.ts';
import { append, lockHead } from '../ledger/append.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { countEntries } from './count-entries.ts';
import { intendResult } from './intend-result.ts';

const CANCEL = `UPDATE runs SET status = 'cancelled', finished_at = now(), ${GIVE_BACK}
  WHERE run = $1 AND status IN ('queued', 'running', 'waiting') RETURNING run`;

/**
 * Ends a run in a person's name. The head's lock comes first: whatever the run asks for afterwards is refused, so that no
 * request for a signature outlives it unseen. False when it was over already; then nothing is written.
 */
export async function cancelRun(tx: TenantTx, tenant: TenantId, run: RunId, by: PersonId): Promise<boolean> {
  await lockHead(tx, tenant);
  const ended = await tx.rows({ text: CANCEL, values: [run] });
  if (ended.length === 0) return false;
  await append(tx, tenant, {
    kind: 'run.cancelled',
    subject: run,
    run,
    actor: by,
    body: { status: 'cancelled', entries: await countEntries(tx, run) },
  });
  await tx.rows({ text: CLOSE_WAY_OUT, values: [run] });
  await intendResult(tx, run);
  await sendOut(tx, [{ topic: 'signals', key: run, payload: { kind: 'run-cancelled', run } }]);
  return true;
}
