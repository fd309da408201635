import type { RunId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';

/**
 * How many entries a run has with the one that ends it, which says so: whoever checks a receipt of the run finds out what was
 * left out of it. Under the head's lock.
 */
export async function countEntries(tx: TenantTx, run: RunId): Promise<number> {
  const row = await tx.row<{ entries: number }>({
    text: 'SELECT count(*)::int AS entries FROM ledger_entries WHERE run = $1',
    values: [run],
  });
  return (row?.entries ?? 0) + 1;
}
