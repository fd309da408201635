import type { ApprovalState } from '../../core/approval/types.ts';
import { DigestId, IncidentId, RunId, type CopyId, type TenantId } from '../../core/ids.ts';
import { intendInstead } from '../approvals/plan-copies.ts';
import type { TenantTx } from '../database.ts';
import { intendIncidentElsewhere } from '../incidents/plan-copies.ts';
import { intendDigestElsewhere } from '../digests/elsewhere.ts';
import { park } from '../dead-letters/park.ts';
import { append } from '../ledger/append.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { CopyFailure } from '../stores.ts';
import { raise, type CopyPlace } from './troubles.ts';

interface Held extends CopyPlace {
  readonly subject: string;
  readonly leased: string;
  readonly attempts: number;
}

const runOf = (subject: string): RunId | null => RunId.safeParse(subject).data ?? null;

/** An approval's id is what a subject of its own or of a question of its begins with. */
const HELD = `SELECT split_part(subject, '/', 1) AS subject, split_part(coalesce(lease_subject, subject), '/', 1) AS leased,
    platform, workspace, conversation, person, attempts
  FROM card_copies WHERE copy = $1 AND lease_by = $2`;

const LOCKED = `SELECT run, state FROM approvals WHERE approval = $1 FOR UPDATE`;

const FAILED = `UPDATE card_copies SET status = CASE WHEN $3 THEN 'failed' ELSE status END, failure = left($2, 500),
    next_attempt_at = now() + $4 * interval '1 millisecond', lease_until = NULL, lease_by = NULL, lease_subject = NULL,
    updated_at = now()
  WHERE copy = $1`;

/** Slack says so of an account that was deactivated; whoever has it can decide nothing from then on. */
const LEFT = new Set(['user_disabled']);

const DEACTIVATE = `UPDATE chat_identities SET kind = 'deactivated'
  WHERE platform = $1 AND workspace = $2 AND account = $3 AND kind = 'member'`;

interface Locked {
  readonly run: RunId;
  readonly state: ApprovalState;
}

const holdingOf = (tx: TenantTx, copy: CopyId, holder: string): Promise<Held | null> =>
  tx.row<Held>({ name: 'copy_held_by', text: HELD, values: [copy, holder] });

/**
 * The approval is locked before the ledger's head (lock order). An edit that came first has given the copy another
 * subject; then that one is read.
 */
async function lockSubject(
  tx: TenantTx,
  copy: CopyId,
  holder: string,
): Promise<readonly [Held, Locked | null] | null> {
  for (;;) {
    const held = await holdingOf(tx, copy, holder);
    if (!held) return null;
    const locked = await tx.row<Locked>({ text: LOCKED, values: [held.subject] });
    const now = await holdingOf(tx, copy, holder);
    if (now?.subject === held.subject) return [held, locked];
  }
}

/** The end of one attempt: nobody holds the copy any more, it comes again or is given up, and who has to know is told. */
export async function fail(
  tx: TenantTx,
  tenant: TenantId,
  copy: CopyId,
  failure: CopyFailure,
): Promise<void> {
  // Another sender has taken over: what becomes of the copy is theirs to say.
  if (failure.final) return giveUp(tx, tenant, copy, failure);
  const place = await holdingOf(tx, copy, failure.holder);
  if (!place) return;
  const { failure: why, retryInMs } = failure;
  await raise(tx, tenant, place, failure);
  await tx.rows({ name: 'copy_failed', text: FAILED, values: [copy, why, false, retryInMs] });
  await sendOut(tx, [{ topic: 'deliver', key: copy, payload: { copy }, dueInMs: retryInMs }]);
}

async function giveUp(tx: TenantTx, tenant: TenantId, copy: CopyId, failure: CopyFailure): Promise<void> {
  const { holder, failure: why, trouble } = failure;
  const found = await lockSubject(tx, copy, holder);
  if (!found) return;
  const [place, locked] = found;
  const { platform, workspace, conversation, leased } = place;
  await append(tx, tenant, {
    ...{ kind: 'card.failed', subject: leased, run: locked?.run ?? null, actor: null },
    body: { copy, platform, conversation, failure: why },
  });
  await raise(tx, tenant, place, failure);
  await tx.rows({ name: 'copy_failed', text: FAILED, values: [copy, why, true, 0] });
  if (LEFT.has(why)) await tx.rows({ text: DEACTIVATE, values: [platform, workspace, conversation] });
  await park(tx, tenant, {
    ...{ kind: 'copy', subject: copy, run: locked?.run ?? runOf(leased), outboxId: null },
    ...{ cause: 'not-shown', detail: `${platform}: ${why}`, tries: place.attempts },
  });
  // A card that was refused here would be refused there.
  const closed = trouble === 'gone' && place.person === null;
  if (closed && locked?.state.status === 'pending') await intendInstead(tx, locked.state);
  const incident = closed ? IncidentId.safeParse(leased).data : undefined;
  if (incident !== undefined) await intendIncidentElsewhere(tx, incident, place);
  const digest = closed ? DigestId.safeParse(leased).data : undefined;
  if (digest !== undefined) await intendDigestElsewhere(tx, digest, place);
}
