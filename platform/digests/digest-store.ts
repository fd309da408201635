import type { Digest } from '../../core/digest/digest.ts';
import { nextDueMs } from '../../core/digest/period.ts';
import type { SubscriptionId, TenantId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, lockHead } from '../ledger/append.ts';
import { PERSON_COLUMNS } from '../people-store.ts';
import type { DigestStore, Subscribing, Subscription } from '../stores/digests.ts';
import { countDigest, listCounted } from './count.ts';
import { arm, endSubscription, postDue, SUBSCRIPTION } from './post.ts';

const INSERT = `INSERT INTO digest_subscriptions (tenant, subscription, person, every, team, platform, workspace, conversation)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING subscription`;

async function subscribe(
  tx: TenantTx,
  tenant: TenantId,
  asked: Subscribing,
): Promise<{ isNew: boolean; nextMs: number }> {
  const nowMs = await lockHead(tx, tenant);
  const { person, every, team, platform, workspace, conversation } = asked;
  const row = await tx.row<Person>({
    text: `SELECT ${PERSON_COLUMNS} FROM people p WHERE p.person = $1`,
    values: [person],
  });
  if (row === null) throw new Error('nobody there to subscribe');
  const nextMs = nextDueMs(every, row.timeZone, nowMs);
  const id = newId('sub');
  const made = await tx.rows({
    text: INSERT,
    values: [id, person, every, team, platform, workspace, conversation],
  });
  if (made.length === 0) return { isNew: false, nextMs };
  const body = { every, team: team ?? '', platform, conversation };
  await append(tx, tenant, { kind: 'digest.subscribed', subject: id, run: null, actor: person, body });
  await arm(tx, id, nextMs - nowMs);
  return { isNew: true, nextMs };
}

/** Digests: counted when they are asked for or due, and kept as they were posted. */
export function createDigestStore(db: Database, wake: () => void): DigestStore {
  return {
    count: (tenant, { period, scope, costs }) =>
      db.inTenant(tenant, (tx) => countDigest(tx, period, scope, { costs })),
    list: (tenant, { period, scope, count }) =>
      db.inTenant(tenant, (tx) => listCounted(tx, count, period, scope)),
    subscribe: (tenant, asked) => db.inTenant(tenant, (tx) => subscribe(tx, tenant, asked)),
    unsubscribe: (tenant, person, id) =>
      db.inTenant(tenant, async (tx) => {
        const theirs = await tx.rows<Subscription>({
          text: `${SUBSCRIPTION} AND person = $1 AND subscription = $2`,
          values: [person, id],
        });
        return theirs.length > 0 && endSubscription(tx, tenant, id, { actor: person, why: 'asked' });
      }),
    of: (tenant, person) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<Subscription>({
          text: `${SUBSCRIPTION} AND person = $1 ORDER BY created_at, subscription`,
          values: [person],
        }),
      ),
    async post(tenant: TenantId, id: SubscriptionId) {
      const posted = await db.inTenant(tenant, (tx) => postDue(tx, tenant, id));
      if (posted.result === 'posted') wake();
      return posted;
    },
    view: (tenant, post) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<{ doc: Omit<Digest, 'findings'> & Partial<Digest> }>({
          text: 'SELECT doc FROM digest_posts WHERE post = $1',
          values: [post],
        });
        // Posts of before there were findings have none.
        return row && { ...row.doc, findings: row.doc.findings ?? [] };
      }),
  };
}
