import type { ApprovalId, PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { newHanded, readHanded } from '../installations/install-links.ts';
import { append, lockHead } from '../ledger/append.ts';
import type { FoundReviewLink, LookedAtReviewLink, ReviewLinkView } from '../stores/concerned.ts';

/** What came of a review can be read so long after it was asked for. */
const KEPT_DAYS = 180;

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

const MAKE = `INSERT INTO review_links (tenant, link, approval, made_by, expires_at)
  VALUES (current_tenant(), $1, $2, $3, now() + $4 * interval '1 day') RETURNING ${ms('expires_at')} AS "expiresAtMs"`;

const LIST = `SELECT left(link, 12) AS name, made_by AS "madeBy", ${ms('made_at')} AS "madeAtMs", ${ms('expires_at')} AS "expiresAtMs",
    ${ms('used_at')} AS "usedAtMs", ${ms('revoked_at')} AS "revokedAtMs"
  FROM review_links WHERE approval = $1 ORDER BY made_at DESC LIMIT 50`;

const REVOKE = `UPDATE review_links SET revoked_at = now()
  WHERE approval = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING link`;

const LOOK = `SELECT l.link, l.approval, a.run, a.agent, l.made_by AS "madeBy", ${ms('l.expires_at')} AS "expiresAtMs",
    l.used_at IS NOT NULL AS used, l.revoked_at IS NULL AND l.expires_at > now() AS holds
  FROM review_links l JOIN approvals a USING (tenant, approval) WHERE l.link = $1`;

const USE = `UPDATE review_links SET used_at = now(), expires_at = greatest(expires_at, now() + interval '${KEPT_DAYS} days')
  WHERE link = $1 AND approval = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > now() RETURNING link`;

const runOf = (tx: TenantTx, approval: ApprovalId): Promise<{ run: RunId } | null> =>
  tx.row<{ run: RunId }>({ text: 'SELECT run FROM approvals WHERE approval = $1', values: [approval] });

export const makeLink = (
  db: Database,
  tenant: TenantId,
  { approval, by, days }: { readonly approval: ApprovalId; readonly by: PersonId; readonly days: number },
): Promise<{ secret: string; expiresAtMs: number } | null> =>
  db.inTenant(tenant, async (tx) => {
    await lockHead(tx, tenant);
    const of = await runOf(tx, approval);
    if (of === null) return null;
    const { text: secret, digest } = newHanded(tenant);
    const made = await tx.row<{ expiresAtMs: number }>({ text: MAKE, values: [digest, approval, by, days] });
    if (made === null) throw new Error('the link was not written');
    await append(tx, tenant, {
      ...{ kind: 'review.link-made', subject: approval, run: of.run, actor: by },
      body: { days },
    });
    return { secret, expiresAtMs: made.expiresAtMs };
  });

export const listLinks = (
  db: Database,
  tenant: TenantId,
  approval: ApprovalId,
): Promise<readonly ReviewLinkView[]> =>
  db.inTenant(tenant, (tx) => tx.rows<ReviewLinkView>({ text: LIST, values: [approval] }));

export const revokeLinks = (
  db: Database,
  tenant: TenantId,
  approval: ApprovalId,
  by: PersonId,
): Promise<number> =>
  db.inTenant(tenant, async (tx) => {
    await lockHead(tx, tenant);
    const gone = await tx.rows({ text: REVOKE, values: [approval] });
    const of = await runOf(tx, approval);
    if (gone.length === 0 || of === null) return 0;
    await append(tx, tenant, {
      ...{ kind: 'review.link-revoked', subject: approval, run: of.run, actor: by },
      body: { links: gone.length },
    });
    return gone.length;
  });

/** The tenant that a secret names counts for nothing until its digest was found among that tenant's rows. */
export async function lookAtLink(db: Database, secret: string): Promise<LookedAtReviewLink> {
  const handed = readHanded(secret);
  if (handed === null) return { ok: false, link: null };
  const { tenant, digest } = handed;
  const row = await db.inTenant(tenant, (tx) =>
    tx.row<Omit<FoundReviewLink, 'tenant'> & { readonly holds: boolean }>({ text: LOOK, values: [digest] }),
  );
  if (row === null) return { ok: false, link: null };
  const { holds, ...link } = row;
  return { ok: holds, link: { tenant, ...link } };
}

/** Used up, in the transaction that does what it is for. False: it was before, or is over. */
export async function useLink(tx: TenantTx, link: string, approval: ApprovalId): Promise<boolean> {
  return (await tx.row({ text: USE, values: [link, approval] })) !== null;
}
