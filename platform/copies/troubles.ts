import type { TenantId, TroubleId } from '../../core/ids.ts';
import type { TroubleKind } from '../../core/trouble.ts';
import { intendForAdmins } from '../approvals/plan-copies.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, lockHead } from '../ledger/append.ts';
import type { CopyFailure } from '../stores.ts';

/** Where a copy goes. */
export interface CopyPlace {
  readonly platform: string;
  readonly workspace: string;
  readonly conversation: string;
  readonly person: string | null;
}

interface Trouble {
  readonly trouble: TroubleId;
  readonly version: number;
}

/** The same trouble again so soon is told in the message that tells of it already. */
const SAME_WITHIN = '1 hour';

const OPEN = `SELECT trouble FROM chat_troubles
  WHERE over_at IS NULL AND platform = $1 AND workspace = $2 AND conversation = $3`;

const AGAIN = `UPDATE chat_troubles SET over_at = NULL, since = now(), version = version + 1, kind = $4, why = $5
  WHERE trouble = (SELECT trouble FROM chat_troubles WHERE platform = $1 AND workspace = $2 AND conversation = $3
    AND over_at > now() - interval '${SAME_WITHIN}' ORDER BY over_at DESC LIMIT 1)
  RETURNING trouble, version`;

const NEW = `INSERT INTO chat_troubles (tenant, trouble, platform, workspace, conversation, kind, why, person)
  VALUES (current_tenant(), $6, $1, $2, $3, $4, $5, $7) RETURNING trouble, version`;

const RETELL = `WITH told AS (UPDATE card_copies SET wanted_version = $2, updated_at = now()
    WHERE subject = $1 AND status <> 'failed' RETURNING copy)
  INSERT INTO outbox (tenant, topic, key, payload)
  SELECT current_tenant(), 'deliver', copy, jsonb_build_object('copy', copy) FROM told`;

function kindOf(trouble: NonNullable<CopyFailure['trouble']>, { person }: CopyPlace): TroubleKind {
  if (trouble !== 'gone') return trouble;
  return person === null ? 'closed' : 'unreachable';
}

/** Those two are the whole workspace's: one message tells of them, however many cards wait. */
const isOfWorkspace = (kind: TroubleKind): boolean => kind === 'cut_off' || kind === 'silent';

/**
 * Something is wrong with a place: recorded, and Admins are told in every chat of theirs but that one. Once: while it
 * lasts, nothing more is said.
 */
export async function raise(
  tx: TenantTx,
  tenant: TenantId,
  at: CopyPlace,
  { trouble: what, failure: why }: Pick<CopyFailure, 'trouble' | 'failure'>,
): Promise<void> {
  if (what === null) return;
  const kind = kindOf(what, at);
  const { platform, workspace } = at;
  const conversation = isOfWorkspace(kind) ? '' : at.conversation;
  const place = [platform, workspace, conversation];
  if ((await tx.rows({ name: 'trouble_open', text: OPEN, values: place })).length > 0) return;
  // Those who find it at the same time follow each other; the second finds it told.
  await lockHead(tx, tenant);
  if ((await tx.rows({ text: OPEN, values: place })).length > 0) return;
  const before = await tx.row<Trouble>({ text: AGAIN, values: [...place, kind, why] });
  const person = kind === 'unreachable' ? at.person : null;
  const told = before ?? (await begin(tx, [...place, kind, why, newId('tbl'), person]));
  const body = { platform, workspace, conversation, kind, why };
  await append(tx, tenant, { kind: 'chat.trouble', subject: told.trouble, run: null, actor: null, body });
  if (before) await tx.rows({ text: RETELL, values: [told.trouble, told.version] });
  else
    await intendForAdmins(
      tx,
      { subject: told.trouble, version: told.version },
      { platform, workspace, conversation },
    );
}

async function begin(tx: TenantTx, values: readonly unknown[]): Promise<Trouble> {
  const made = await tx.row<Trouble>({ text: NEW, values });
  if (!made) throw new Error('a trouble was not kept');
  return made;
}

const OVER = `UPDATE chat_troubles SET over_at = now(), version = version + 1
  WHERE over_at IS NULL AND platform = $1 AND workspace = $2 AND conversation IN ('', $3)
  RETURNING trouble, version, conversation`;

/** Nobody has to wait for a turn that was set while nothing could be sent. */
const RESUME = `WITH waiting AS (
    UPDATE card_copies SET next_attempt_at = now() WHERE platform = $1 AND workspace = $2 AND shown_version < wanted_version
      AND status <> 'failed' AND next_attempt_at > now() RETURNING copy)
  UPDATE outbox SET due_at = now() WHERE topic = 'deliver' AND done_at IS NULL AND enqueued_at IS NULL AND due_at > now()
    AND key IN (SELECT copy FROM waiting)`;

/** A card was shown there, so whatever was wrong is over: Admins are told, and what waits is sent. */
export async function recover(tx: TenantTx, tenant: TenantId, at: CopyPlace): Promise<void> {
  const { platform, workspace } = at;
  const over = await tx.rows<Trouble & { conversation: string }>({
    text: OVER,
    values: [platform, workspace, at.conversation],
  });
  for (const { trouble, version, conversation } of over) {
    const body = { platform, workspace, conversation };
    await append(tx, tenant, { kind: 'chat.recovered', subject: trouble, run: null, actor: null, body });
    await tx.rows({ text: RETELL, values: [trouble, version] });
  }
  if (over.some(({ conversation }) => conversation === ''))
    await tx.rows({ text: RESUME, values: [platform, workspace] });
}
