import type { TenantTx } from '../database.ts';
import { sendOut } from '../outbox/outbox-store.ts';

/** A row where anybody keeps an inbox. */
export const ANY_INBOX = `SELECT 1 FROM card_copies WHERE page IS NOT NULL`;

/** Inboxes may say something new of an approval: told in its transaction, worked out after it. */
export async function tellInboxes(tx: TenantTx, approval: string): Promise<void> {
  const kept = await tx.rows({ text: `${ANY_INBOX} LIMIT 1` });
  if (kept.length > 0)
    await sendOut(tx, [{ topic: 'deliver', key: approval, payload: { concerns: approval } }]);
}
