import { ApprovalId, RunId } from '../core/ids.ts';
import type { ReadVia } from '../core/read.ts';
import type { ReceiptJson, RunReceiptJson } from '../platform/ledger/receipt.ts';
import type { Acting, Refused } from './acting.ts';
import { noteRead } from './note-read.ts';
import { runFor } from './run-for.ts';
import { verifiable } from './verifiable.ts';
import { refusal } from './words.ts';

const WHY = { 'not-yet': 'no-checkpoint-yet', dropped: 'bodies-dropped' } as const;

/**
 * The receipt of a request or a run, for whoever may verify it; the same in both chats and the API. That of a run holds
 * every step that is recorded, so it is for those who may read its trace as well.
 */
export async function receiptFor(
  context: Acting,
  said: string,
  via: ReadVia,
): Promise<ReceiptJson | RunReceiptJson | Refused> {
  const what = await verifiable(context, said);
  if (typeof what !== 'string') return what;
  const { stores, tenant } = context;
  const approval = ApprovalId.safeParse(what);
  const traced = approval.success ? null : await runFor(context, 'trace', what);
  if (traced !== null && 'refusal' in traced) return traced;
  const receipt = approval.success
    ? await stores.checkpoints.receipt(tenant, approval.data)
    : await stores.checkpoints.runReceipt(tenant, RunId.parse(what));
  if (receipt === 'none') return { refusal: refusal('not_found') };
  if (typeof receipt === 'string')
    return { refusal: refusal('wrong_state', { why: WHY[receipt], minutes: 1 }), subject: what };
  await noteRead(context, via, 'receipt', what);
  return receipt;
}
