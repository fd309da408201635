import type { PersonId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { sendOut } from '../outbox/outbox-store.ts';

/** A row where anybody keeps an inbox. */
export const ANY_INBOX = `SELECT 1 FROM card_copies WHERE page IS NOT NULL`;

const anyKept = async (tx: TenantTx): Promise<boolean> =>
  (await tx.rows({ text: `${ANY_INBOX} LIMIT 1` })).length > 0;

/** Inboxes may say something new of an approval: told in its transaction, worked out after it. */
export async function tellInboxes(tx: TenantTx, approval: string): Promise<void> {
  if (await anyKept(tx))
    await sendOut(tx, [{ topic: 'deliver', key: approval, payload: { concerns: approval } }]);
}

/** The same for a grant or a window of absence, and the people whom it names. */
export async function tellInboxesOf(
  tx: TenantTx,
  subject: string,
  people: readonly PersonId[],
): Promise<void> {
  const inboxesOf = [...new Set(people)];
  if (await anyKept(tx)) await sendOut(tx, [{ topic: 'deliver', key: subject, payload: { inboxesOf } }]);
}
