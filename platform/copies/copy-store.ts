import type { JsonObject } from '../../core/canonical-json.ts';
import { IncidentId, type CopyId, type RunId, type TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { append } from '../ledger/append.ts';
import { intendEarlier } from '../incidents/plan-copies.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import type { CardCopy, CopyStore } from '../stores.ts';
import { aboutMessages } from './about.ts';
import { APP_REMOVED, lose, regain } from './access.ts';
import { fail } from './fail.ts';
import { recover, type CopyPlace } from './troubles.ts';

/**
 * How long a copy waits for a sender that died. A living one renews it in a third of that, and whoever lost it can neither
 * post nor remember anything, so that it may be short.
 */
export const LEASE_MS = 6_000;

const LEASE_UNTIL = `now() + interval '${LEASE_MS} milliseconds'`;

const COPY_COLUMNS = `tenant, copy, subject, platform, workspace, conversation, person, thread, message,
  wanted_version AS "wantedVersion", shown_version AS "shownVersion", status, attempts, page,
  (extract(epoch FROM posting_since) * 1000)::bigint AS "postingSinceMs"`;

/**
 * A workspace that took our access away, or an app that was removed from a conversation. The latter only for an hour, so that
 * an addition that was never told of is found by trying.
 */
const SHUT = `(SELECT jsonb_build_object('whole', t.conversation = '', 'why', t.why) FROM chat_troubles t
  WHERE t.over_at IS NULL AND t.platform = card_copies.platform AND t.workspace = card_copies.workspace
    AND ((t.conversation = '' AND t.kind = 'cut_off') OR (t.conversation = card_copies.conversation
      AND t.why = '${APP_REMOVED}' AND t.since > now() - interval '1 hour'))
  ORDER BY t.conversation LIMIT 1) AS shut`;

/** lease_subject: what the holder is about to show; an edit may give the copy another subject meanwhile. */
const TAKE_LEASE = `UPDATE card_copies SET lease_until = ${LEASE_UNTIL}, lease_by = $2,
    lease_subject = subject, attempts = attempts + 1, updated_at = now()
  WHERE copy = $1 AND shown_version < wanted_version AND status <> 'failed'
    AND next_attempt_at <= now() AND (lease_until IS NULL OR lease_until < now())
  RETURNING ${COPY_COLUMNS}, ${SHUT}`;

/** A copy that waits for Retry-After is nobody's: its own outbox row brings it back. */
const HELD = `SELECT copy FROM card_copies WHERE copy = $1 AND shown_version < wanted_version AND status <> 'failed'
  AND lease_until >= now()`;

/** `lease_by` is the fence: nobody else has taken the copy since, whatever the clock says. */
const RENEW = `UPDATE card_copies SET lease_until = ${LEASE_UNTIL} WHERE copy = $1 AND lease_by = $2 RETURNING copy`;

/** A click or an earlier sender may have made another message known meanwhile: then there must not be one more. */
const STILL_MINE = `copy = $1 AND lease_by = $2 AND message IS NOT DISTINCT FROM $3`;

const POSTING = `UPDATE card_copies SET posting_since = now(), lease_until = ${LEASE_UNTIL} WHERE ${STILL_MINE} RETURNING copy`;

const POSTED = `UPDATE card_copies SET message = $4, posting_since = NULL, status = 'posted', lease_until = ${LEASE_UNTIL}
  WHERE ${STILL_MINE} RETURNING copy`;

/** What was shown counts only for the subject that was leased; else the new subject has still to be shown. */
const SHOWN = `UPDATE card_copies SET message = $2, status = 'posted', card_digest = $4, failure = NULL, attempts = 0,
    shown_version = CASE WHEN coalesce(lease_subject, subject) = subject THEN greatest(shown_version, $3) ELSE shown_version END,
    lease_until = NULL, lease_by = NULL, lease_subject = NULL, posting_since = NULL, updated_at = now()
  WHERE copy = $1 AND lease_by = $5 AND (message IS NOT DISTINCT FROM $6 OR message = $2)
  RETURNING shown_version < wanted_version AS again`;

const ADOPT = `UPDATE card_copies SET message = $2, status = 'posted', posting_since = NULL, updated_at = now()
  WHERE copy = $1 AND (message IS NULL OR message = $2) RETURNING shown_version < wanted_version AS behind`;

interface Place extends CopyPlace {
  subject: string;
  /** The whole subject, with what hangs under the card named too. */
  leased: string;
  run: RunId | null;
  troubled: boolean;
}

/** Whose card it is, for the ledger (a question's counts as its approval's); the subject as leased, so that the entry says what was really shown. */
const PLACE = `SELECT split_part(coalesce(c.lease_subject, c.subject), '/', 1) AS subject, coalesce(c.lease_subject, c.subject) AS leased, a.run, c.platform, c.workspace,
    c.conversation, c.person, EXISTS (SELECT 1 FROM chat_troubles t WHERE t.over_at IS NULL AND t.platform = c.platform
      AND t.workspace = c.workspace AND t.conversation IN ('', c.conversation)) AS troubled
  FROM card_copies c LEFT JOIN approvals a ON a.approval = split_part(coalesce(c.lease_subject, c.subject), '/', 1)
  WHERE c.copy = $1`;

async function placeOf(tx: TenantTx, copy: CopyId): Promise<Place> {
  const place = await tx.row<Place>({ name: 'copy_place', text: PLACE, values: [copy] });
  if (!place) throw new Error(`no such copy: ${copy}`);
  return place;
}

/** A holder's doing, in its own time: true when there was a row to do it to. */
const byHolder =
  (db: Database) =>
  (name: string, text: string) =>
  (tenant: TenantId, ...values: readonly unknown[]): Promise<boolean> =>
    db.inTenant(tenant, async (tx) => (await tx.commitWith({ name, text, values })).length > 0);

/** A holder's steps on the way to a message. */
function steps(db: Database): Pick<CopyStore, 'lease' | 'renew' | 'markPosting' | 'markPosted'> {
  const does = byHolder(db);
  const renew = does('lease_renew', RENEW);
  const posting = does('copy_posting', POSTING);
  const posted = does('copy_posted', POSTED);
  return {
    lease: (tenant, copy, holder) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<CardCopy>({ name: 'lease', text: TAKE_LEASE, values: [copy, holder] });
        if (row) return row;
        const [held] = await tx.commitWith({ name: 'held', text: HELD, values: [copy] });
        return held ? 'held' : null;
      }),
    renew,
    markPosting: (tenant, copy, { holder, instead }) => posting(tenant, copy, holder, instead),
    markPosted: (tenant, copy, { holder, instead, message }) =>
      posted(tenant, copy, holder, instead, message),
  };
}

/** Which copies of a card exist, what each should show and what it does. */
export function createCopyStore(db: Database, wake: () => void): CopyStore {
  return {
    ...steps(db),
    async shown(tenant, copy, { holder, instead, message, version, cardDigest }) {
      let isMore = false;
      const [row] = await db.inTenant(tenant, async (tx) => {
        const place = await placeOf(tx, copy);
        const { subject, run, platform, conversation } = place;
        // Before the ledger's head, as whoever moves the incident locks them.
        const incident = place.person === null ? IncidentId.safeParse(place.leased).data : undefined;
        const told =
          incident === undefined ? 0 : await intendEarlier(tx, incident, { ...place, thread: message });
        const body: JsonObject = { copy, platform, conversation, version, cardDigest };
        // A list of what waits proves nothing and changes by the minute; what is signed is opened, and that is recorded.
        if (!subject.startsWith('per_'))
          await append(tx, tenant, { kind: 'card.shown', subject, run, actor: null, body });
        isMore = place.troubled || told > 0;
        if (place.troubled) await recover(tx, tenant, place);
        return tx.commitWith<{ again: boolean }>({
          name: 'shown',
          text: SHOWN,
          values: [copy, message, version, cardDigest, holder, instead],
        });
      });
      if (isMore) wake();
      return { again: row?.again ?? false, lost: row === undefined };
    },
    async failed(tenant, copy, failure) {
      await db.inTenant(tenant, (tx) => fail(tx, tenant, copy, failure));
      wake();
    },
    lost: (tenant, at) => db.inTenant(tenant, (tx) => lose(tx, tenant, at)).finally(() => wake()),
    async regained(tenant, at) {
      if (await db.inTenant(tenant, (tx) => regain(tx, tenant, at))) wake();
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
    about: (tenant, at) => db.inTenant(tenant, (tx) => aboutMessages(tx, at)),
    ofSubject: (tenant, subject) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<CardCopy>({
          text: `SELECT ${COPY_COLUMNS} FROM card_copies WHERE subject = $1 ORDER BY created_at, copy`,
          values: [subject],
        }),
      ),
  };
}
