import { nextDueMs, periodDue } from '../../core/digest/period.ts';
import { mayReadDigest } from '../../core/digest/whose.ts';
import type { DigestScope } from '../../core/digest/digest.ts';
import type { SubscriptionId, TenantId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import { intend } from '../copies/intend.ts';
import type { TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, DB_NOW_MS, lockHead } from '../ledger/append.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { PERSON_COLUMNS } from '../people-store.ts';
import type { Posted, Subscription } from '../stores/digests.ts';
import { countDigest } from './count.ts';

export const SUBSCRIPTION = `SELECT subscription AS id, person, every, team, platform, workspace, conversation,
    (extract(epoch FROM created_at) * 1000)::bigint AS "sinceMs", ${DB_NOW_MS} AS "nowMs"
  FROM digest_subscriptions WHERE ended_at IS NULL`;

interface Open extends Subscription {
  readonly sinceMs: number;
  readonly nowMs: number;
}

const END = `UPDATE digest_subscriptions SET ended_at = clock_timestamp(), ended_why = $2
  WHERE subscription = $1 AND ended_at IS NULL RETURNING person`;

const INSERT = `INSERT INTO digest_posts (tenant, subscription, period, post, doc)
  VALUES (current_tenant(), $1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING post`;

const KNOWN = `SELECT post FROM digest_posts WHERE subscription = $1 AND period = $2`;

/** A row of its own for the next time; the one that is being handled is due already. */
const ARMED = `SELECT id FROM outbox WHERE topic = 'deliver' AND key = $1 AND done_at IS NULL AND due_at > clock_timestamp() LIMIT 1`;

/** Asks to be called when the next digest is due. Whoever calls holds the subscription's lock, so that there is one such row. */
export async function arm(tx: TenantTx, id: SubscriptionId, inMs: number): Promise<void> {
  if ((await tx.rows({ text: ARMED, values: [id] })).length > 0) return;
  await sendOut(tx, [{ topic: 'deliver', key: id, payload: { digest: id }, dueInMs: inMs }]);
}

export const scopeOf = ({ team }: Pick<Subscription, 'team'>): DigestScope =>
  team === null ? { kind: 'all' } : { kind: 'team', team };

/** Lock order: the ledger's head, then the rest. */
export async function endSubscription(
  tx: TenantTx,
  tenant: TenantId,
  id: SubscriptionId,
  by: { readonly actor: Person['id'] | null; readonly why: 'asked' | 'not_permitted' },
): Promise<boolean> {
  await lockHead(tx, tenant);
  const ended = await tx.row<{ person: Person['id'] }>({ text: END, values: [id, by.why] });
  if (!ended) return false;
  const body = { person: ended.person, why: by.why };
  await append(tx, tenant, { kind: 'digest.unsubscribed', subject: id, run: null, actor: by.actor, body });
  return true;
}

/**
 * Everything of one post in one transaction: the row that makes it one, the copy that will show it, and the row by which
 * the next is made. Whoever dies in between has done all of it or nothing; whoever repeats it finds it done.
 */
export async function postDue(tx: TenantTx, tenant: TenantId, id: SubscriptionId): Promise<Posted> {
  const open = await tx.row<Open>({ text: `${SUBSCRIPTION} AND subscription = $1`, values: [id] });
  const person = await tx.row<Person>({
    text: `SELECT ${PERSON_COLUMNS} FROM people p WHERE p.person = $1`,
    values: [open?.person ?? ''],
  });
  if (open === null || person === null) return { result: 'over' };
  const scope = scopeOf(open);
  const right = mayReadDigest(person, tenant, scope);
  if (!right.read) {
    // Whoever asked for it may not read it any more: nor may anybody on their word.
    await endSubscription(tx, tenant, id, { actor: null, why: 'not_permitted' });
    return { result: 'over' };
  }
  const period = periodDue(open.every, person.timeZone, open.nowMs);
  const inMs = nextDueMs(open.every, person.timeZone, open.nowMs) - open.nowMs;
  // Due before it was asked for: the first one is still to come.
  if (period.dueMs < open.sinceMs) return { result: 'early', inMs };
  const locked = await tx.rows({ text: `${SUBSCRIPTION} AND subscription = $1 FOR UPDATE`, values: [id] });
  if (locked.length === 0) return { result: 'over' };
  await arm(tx, id, inMs);
  if ((await tx.rows({ text: KNOWN, values: [id, period.key] })).length > 0) return { result: 'posted' };
  const digest = await countDigest(tx, period, scope, right);
  const post = newId('dig');
  const made = await tx.rows({ text: INSERT, values: [id, period.key, post, JSON.stringify(digest)] });
  // A day on which nothing happened is no news: weekends would be. It is kept as posted, and the week says so of itself.
  const isNews = open.every === 'week' || !digest.empty;
  if (made.length > 0 && isNews) {
    const { platform, workspace, conversation } = open;
    const place = await tx.row<{ person: Person['id'] | null }>({
      text: OWNER,
      values: [platform, workspace, conversation],
    });
    await intend(tx, { subject: post, version: 1 }, [
      { platform, workspace, conversation, person: place?.person ?? null },
    ]);
  }
  return { result: 'posted' };
}

/** Whose chat with the bot this is; nobody's: a channel. */
const OWNER = `SELECT (SELECT i.person FROM chat_identities i WHERE $1 = 'slack' AND i.platform = $1 AND i.workspace = $2 AND i.account = $3
    UNION ALL SELECT c.person FROM conversations c WHERE c.platform = $1 AND c.workspace = $2 AND c.conversation = $3
      AND c.kind = 'personal' LIMIT 1) AS person`;
