import type { CopyId, PersonId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { append, lockHead } from '../ledger/append.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { ChatPlace, LostPlace } from '../stores/copies.ts';
import { raise, recover, type CopyPlace } from './troubles.ts';

/** Said by the chat itself when an app is removed, so that nothing has to be tried there first. */
export const APP_REMOVED = 'app_removed';

/** A place that cards go to, or could go to: a person's own chat, or a channel that holds some of ours. */
const OURS = `SELECT (SELECT c.person FROM conversations c WHERE c.platform = $1 AND c.workspace = $2 AND c.conversation = $3)
    AS person
  WHERE EXISTS (SELECT 1 FROM card_copies k WHERE k.platform = $1 AND k.workspace = $2 AND k.conversation = $3)
    OR EXISTS (SELECT 1 FROM conversations c
      WHERE c.platform = $1 AND c.workspace = $2 AND c.conversation = $3 AND c.person IS NOT NULL)`;

/**
 * The chat says that it takes nothing from us any more, a whole workspace (`conversation` null) or one conversation. Admins
 * are told once, as when a card had been refused there.
 */
export async function lose(tx: TenantTx, tenant: TenantId, at: LostPlace): Promise<void> {
  const { platform, workspace, conversation, why } = at;
  if (conversation === null) {
    const whole: CopyPlace = { platform, workspace, conversation: '', person: null };
    return raise(tx, tenant, whole, { trouble: 'cut_off', failure: why });
  }
  const ours = await tx.row<{ person: PersonId | null }>({
    text: OURS,
    values: [platform, workspace, conversation],
  });
  if (!ours) return;
  const place: CopyPlace = { platform, workspace, conversation, person: ours.person };
  await raise(tx, tenant, place, { trouble: 'gone', failure: why });
}

const IN_TROUBLE = `SELECT 1 FROM chat_troubles
  WHERE over_at IS NULL AND platform = $1 AND workspace = $2 AND conversation IN ('', $3)`;

/** What was given up because the place was closed to us, not because of the card. */
const CLOSED_CODES = [
  APP_REMOVED,
  'BotNotInConversationRoster',
  'ConversationNotFound',
  'ConversationBlockedByUser',
  'ForbiddenOperationException',
];

const REVIVE = `UPDATE card_copies SET status = CASE WHEN message IS NULL THEN 'intended' ELSE 'posted' END, failure = NULL,
    attempts = 0, next_attempt_at = now(), updated_at = now()
  WHERE platform = $1 AND workspace = $2 AND conversation = $3 AND status = 'failed' AND failure = ANY($4) RETURNING copy`;

const SETTLE = `UPDATE dead_letters SET status = 'replayed', handled_at = now()
  WHERE kind = 'copy' AND subject = ANY($1) AND status = 'open' RETURNING letter, subject`;

/** What had been given up there is tried again, and is no dead letter any more. */
async function revive(tx: TenantTx, tenant: TenantId, { platform, workspace, conversation }: ChatPlace) {
  const copies = (
    await tx.rows<{ copy: CopyId }>({
      text: REVIVE,
      values: [platform, workspace, conversation ?? '', CLOSED_CODES],
    })
  ).map(({ copy }) => copy);
  if (copies.length === 0) return;
  const letters = await tx.rows<{ letter: string; subject: string }>({ text: SETTLE, values: [copies] });
  await append(
    tx,
    tenant,
    ...letters.map(({ letter, subject }) => ({
      ...{ kind: 'dead-letter.replayed', subject, run: null, actor: null },
      body: { letter, about: 'copy' },
    })),
  );
  await sendOut(
    tx,
    copies.map((copy) => ({ topic: 'deliver' as const, key: copy, payload: { copy } })),
  );
}

/** The chat takes us again: Admins are told, and every copy there is brought up to date. False: nothing was wrong. */
export async function regain(tx: TenantTx, tenant: TenantId, at: ChatPlace): Promise<boolean> {
  const { platform, workspace, conversation } = at;
  const place = [platform, workspace, conversation ?? ''];
  if ((await tx.rows({ text: IN_TROUBLE, values: place })).length === 0) return false;
  await lockHead(tx, tenant);
  await recover(tx, tenant, { platform, workspace, conversation: conversation ?? '', person: null });
  await revive(tx, tenant, at);
  return true;
}
