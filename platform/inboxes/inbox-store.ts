import { eligible } from '../../core/approval/who-may-sign.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { CopyId, PersonId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import { involvedIn } from '../approvals/read.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { PLANNED_PERSON_COLUMNS } from '../people-store.ts';
import type { InboxStore } from '../stores.ts';

/** Whoever opens it is shown it at once by the process they asked; this row is for the case that it dies meanwhile. */
const SAFETY_MS = 3_000;

/** What happens within this time is told in one go: a chat takes few updates a minute of one view. */
const GATHER_MS = 1_500;

/** A message that is named becomes the inbox, null: a new one is to be posted; undefined: it stays where it is. */
const OPEN = `INSERT INTO card_copies (tenant, copy, subject, platform, workspace, conversation, person, message,
    wanted_version, page)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $2, $6, 1, $7)
  ON CONFLICT (tenant, subject, platform, workspace, conversation) DO UPDATE
  SET wanted_version = card_copies.wanted_version + 1, page = $7, status = CASE WHEN card_copies.message IS NULL OR $8
      THEN 'intended' ELSE 'posted' END, message = CASE WHEN $8 THEN $6 ELSE card_copies.message END, attempts = 0,
    next_attempt_at = now(), failure = NULL, posting_since = NULL, updated_at = now()
  RETURNING copy`;

/** In one order, so that two that touch the same inboxes never wait for each other. */
const TOUCH = `UPDATE card_copies SET wanted_version = wanted_version + 1, updated_at = now()
  WHERE copy IN (SELECT copy FROM card_copies WHERE page IS NOT NULL AND status <> 'failed' AND person = ANY($1)
    ORDER BY copy FOR UPDATE)
  RETURNING copy`;

/**
 * Inboxes for which no row waits yet. Asked in a statement of its own after the inbox is locked: whoever shows it from a row
 * that is seen here as waiting comes after this transaction, and shows what it changed.
 */
const UNTOLD = `SELECT t.copy FROM unnest($1::text[]) AS t(copy) WHERE NOT EXISTS (
  SELECT 1 FROM outbox o WHERE o.topic = 'deliver' AND o.key = t.copy AND o.done_at IS NULL AND o.enqueued_at IS NULL)`;

async function touch(tx: TenantTx, people: readonly PersonId[]): Promise<void> {
  const touched = await tx.rows<{ copy: CopyId }>({ text: TOUCH, values: [people] });
  if (touched.length === 0) return;
  const untold = await tx.rows<{ copy: CopyId }>({ text: UNTOLD, values: [touched.map(({ copy }) => copy)] });
  await sendOut(
    tx,
    untold.map(({ copy }) => ({ topic: 'deliver', key: copy, payload: { copy }, dueInMs: GATHER_MS })),
  );
}

/** Everyone whose inbox names an approval: whom its policy asks, and who had a part in it. */
function concernedBy(state: ApprovalState, people: readonly Person[]): PersonId[] {
  const { stages, escalateTo } = state.policy.requirement;
  const asked = [...stages.flatMap(({ who }) => who), ...(state.escalatedAtMs === null ? [] : escalateTo)];
  const involved = new Set(involvedIn(state));
  return people.filter((one) => involved.has(one.id) || eligible(one, asked)).map(({ id }) => id);
}

/** People's inboxes in the chats: opened by them, kept true from then on. */
export function createInboxStore(db: Database, wake: () => void): InboxStore {
  return {
    async open(tenant, { person, platform, workspace, conversation, page, message }) {
      const moved = message !== undefined;
      const copy = await db.inTenant(tenant, async (tx) => {
        const row = await tx.row<{ copy: CopyId }>({
          text: OPEN,
          values: [newId('cpy'), person, platform, workspace, conversation, message ?? null, page, moved],
        });
        if (!row) throw new Error('the inbox has no copy');
        await sendOut(tx, [
          { topic: 'deliver', key: row.copy, payload: { copy: row.copy }, dueInMs: SAFETY_MS },
        ]);
        return row.copy;
      });
      wake();
      return copy;
    },
    async touch(tenant, people) {
      await db.inTenant(tenant, (tx) => touch(tx, people));
      wake();
    },
    async concern(tenant, approval) {
      await db.inTenant(tenant, async (tx) => {
        const row = await tx.row<{ state: ApprovalState }>({
          text: 'SELECT state FROM approvals WHERE approval = $1',
          values: [approval],
        });
        const people = await tx.rows<Person>({
          text: `SELECT ${PLANNED_PERSON_COLUMNS} FROM people p WHERE EXISTS (
            SELECT 1 FROM card_copies c WHERE c.tenant = p.tenant AND c.person = p.person AND c.page IS NOT NULL)`,
        });
        if (row !== null) await touch(tx, concernedBy(row.state, people));
      });
      wake();
    },
  };
}
