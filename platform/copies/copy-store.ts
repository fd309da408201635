import type { JsonObject } from '../../core/canonical-json.ts';
import type { CopyId, RunId, TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { append } from '../ledger/append.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { CardCopy, CopyStore } from '../stores.ts';

const LEASE = '30 seconds';

const COPY_COLUMNS = `tenant, copy, subject, platform, workspace, conversation, person, thread, message,
  wanted_version AS "wantedVersion", shown_version AS "shownVersion", status, attempts,
  (extract(epoch FROM posting_since) * 1000)::bigint AS "postingSinceMs"`;

/** lease_subject: what the holder is about to show; an edit may give the copy another subject meanwhile. */
const TAKE_LEASE = `UPDATE card_copies SET lease_until = now() + interval '${LEASE}', lease_by = $2,
    lease_subject = subject, attempts = attempts + 1, updated_at = now()
  WHERE copy = $1 AND shown_version < wanted_version AND status <> 'failed'
    AND next_attempt_at <= now() AND (lease_until IS NULL OR lease_until < now())
  RETURNING ${COPY_COLUMNS}`;

/** A copy that waits for Retry-After is nobody's: its own outbox row brings it back. */
const HELD = `SELECT copy FROM card_copies WHERE copy = $1 AND shown_version < wanted_version AND status <> 'failed'
  AND lease_until >= now()`;

/** What was shown counts only for the subject that was leased; else the new subject has still to be shown. */
const SHOWN = `UPDATE card_copies SET message = $2, status = 'posted', card_digest = $4, failure = NULL, attempts = 0,
    shown_version = CASE WHEN coalesce(lease_subject, subject) = subject THEN greatest(shown_version, $3) ELSE shown_version END,
    lease_until = NULL, lease_by = NULL, lease_subject = NULL, posting_since = NULL, updated_at = now()
  WHERE copy = $1 RETURNING shown_version < wanted_version AS again`;

const FAILED = `UPDATE card_copies SET status = CASE WHEN $3 THEN 'failed' ELSE status END, failure = left($2, 500),
    next_attempt_at = now() + $4 * interval '1 millisecond', lease_until = NULL, lease_by = NULL, lease_subject = NULL,
    updated_at = now()
  WHERE copy = $1`;

const ADOPT = `UPDATE card_copies SET message = $2, status = 'posted', posting_since = NULL, updated_at = now()
  WHERE copy = $1 AND (message IS NULL OR message = $2) RETURNING shown_version < wanted_version AS behind`;

interface Place {
  subject: string;
  run: RunId | null;
  platform: string;
  conversation: string;
}

/** Whose card it is, for the ledger (a question's counts as its approval's); the subject as leased, so that the entry says what was really shown. */
async function placeOf(tx: TenantTx, copy: CopyId): Promise<Place | null> {
  return tx.row<Place>({
    name: 'copy_place',
    text: `SELECT split_part(coalesce(c.lease_subject, c.subject), '/', 1) AS subject, a.run, c.platform, c.conversation
      FROM card_copies c LEFT JOIN approvals a ON a.approval = split_part(coalesce(c.lease_subject, c.subject), '/', 1)
      WHERE c.copy = $1`,
    values: [copy],
  });
}

async function record(
  tx: TenantTx,
  tenant: TenantId,
  copy: CopyId,
  kind: string,
  body: JsonObject,
): Promise<void> {
  const place = await placeOf(tx, copy);
  if (!place) throw new Error(`no such copy: ${copy}`);
  const { subject, run, platform, conversation } = place;
  await append(tx, tenant, {
    kind,
    subject,
    run,
    actor: null,
    body: { copy, platform, conversation, ...body },
  });
}

/** Which copies of a card exist, what each should show and what it does. */
export function createCopyStore(db: Database, wake: () => void): CopyStore {
  return {
    lease: (tenant, copy, owner) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<CardCopy>({ name: 'lease', text: TAKE_LEASE, values: [copy, owner] });
        if (row) return row;
        const [held] = await tx.commitWith({ name: 'held', text: HELD, values: [copy] });
        return held ? 'held' : null;
      }),
    markPosting: (tenant, copy) =>
      db.inTenant(tenant, async (tx) => {
        await tx.commitWith({
          text: 'UPDATE card_copies SET posting_since = now() WHERE copy = $1',
          values: [copy],
        });
      }),
    shown: (tenant, copy, { message, version, cardDigest }) =>
      db.inTenant(tenant, async (tx) => {
        await record(tx, tenant, copy, 'card.shown', { version, cardDigest });
        const [row] = await tx.commitWith<{ again: boolean }>({
          name: 'shown',
          text: SHOWN,
          values: [copy, message, version, cardDigest],
        });
        return { again: row?.again ?? false };
      }),
    async failed(tenant, copy, { failure, final, retryInMs }) {
      await db.inTenant(tenant, async (tx) => {
        if (final) await record(tx, tenant, copy, 'card.failed', { failure });
        await tx.rows({ text: FAILED, values: [copy, failure, final, retryInMs] });
        if (!final)
          await sendOut(tx, [{ topic: 'deliver', key: copy, payload: { copy }, dueInMs: retryInMs }]);
      });
      wake();
    },
    async adopt(tenant, copy, message) {
      const [row] = await db.inTenant(tenant, async (tx) => {
        const rows = await tx.rows<{ behind: boolean }>({ text: ADOPT, values: [copy, message] });
        if (rows[0]?.behind) await sendOut(tx, [{ topic: 'deliver', key: copy, payload: { copy } }]);
        return rows;
      });
      if (row?.behind) wake();
      return row !== undefined;
    },
    ofSubject: (tenant, subject) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<CardCopy>({
          text: `SELECT ${COPY_COLUMNS} FROM card_copies WHERE subject = $1 ORDER BY created_at, copy`,
          values: [subject],
        }),
      ),
  };
}
