import {
  Grant,
  whyNotCovered,
  type GrantUse,
  type GrantView,
  type StandingGrant,
} from '../../core/grants.ts';
import type { ApprovalId, GrantId, PersonId, TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { recordChange } from '../events/agent-event-store.ts';
import { tellInboxesOf } from '../inboxes/tell-inboxes.ts';
import { append, lockHead } from '../ledger/append.ts';
import { namedPeople } from '../named-people.ts';
import type { GrantStore } from '../stores.ts';

interface Row {
  readonly doc: unknown;
  readonly uses: number;
  readonly sumMicros: number;
  readonly revokedBy: PersonId | null;
  readonly revokedAtMs: number | null;
}

/** `$1`: the instant that windows look back from, epoch ms. */
const COLUMNS = `g.doc, g.uses, g.revoked_by AS "revokedBy",
  (extract(epoch FROM g.revoked_at) * 1000)::bigint AS "revokedAtMs",
  (SELECT coalesce(sum(abs(u.amount_micros)), 0)::bigint FROM grant_uses u WHERE u.grant_id = g.grant_id
    AND u.used_at > to_timestamp($1::float8 / 1000)
      - make_interval(hours => coalesce((g.doc #>> '{request,sum,hours}')::int, 0))) AS "sumMicros"`;

const CANDIDATES = `SELECT ${COLUMNS} FROM grants g
  WHERE g.doc->>'agent' = $2 AND g.doc->>'tool' = $3 AND g.revoked_at IS NULL ORDER BY g.created_at, g.grant_id`;

/** A grant that cannot be read signs for nothing. */
function toView({ doc, revokedAtMs, ...rest }: Row): GrantView[] {
  const grant = Grant.safeParse(doc);
  return grant.success ? [{ grant: grant.data, ...rest, revokedAtMs, revoked: revokedAtMs !== null }] : [];
}

/** The oldest grant that signs for this use; the caller holds the head's lock, so nobody else uses it up meanwhile. */
export async function findGrant(tx: TenantTx, use: GrantUse): Promise<StandingGrant | null> {
  const rows = await tx.rows<Row>({ text: CANDIDATES, values: [use.nowMs, use.agent, use.tool] });
  return rows.flatMap(toView).find((one) => whyNotCovered(one.grant, use, one) === null) ?? null;
}

const USE = `WITH used AS (
    INSERT INTO grant_uses (tenant, grant_id, approval, currency, amount_micros, used_at)
    VALUES (current_tenant(), $1, $2, $3, $4, to_timestamp($5::float8 / 1000)) RETURNING amount_micros)
  UPDATE grants SET uses = uses + 1, sum_micros = sum_micros + coalesce(abs(used.amount_micros), 0)
  FROM used WHERE grant_id = $1`;

/** Takes one use off its caps, in the transaction that the grant signs in. */
export async function useUp(
  tx: TenantTx,
  { id }: Pick<Grant, 'id'>,
  approval: ApprovalId,
  { amount, nowMs }: Pick<GrantUse, 'amount' | 'nowMs'>,
): Promise<void> {
  await tx.rows({
    text: USE,
    values: [id, approval, amount?.currency ?? null, amount?.micros ?? null, nowMs],
  });
}

const NEWEST = `SELECT ${COLUMNS} FROM grants g ORDER BY g.revoked_at IS NOT NULL, g.created_at DESC LIMIT $2`;
const ONE = `SELECT ${COLUMNS} FROM grants g WHERE g.grant_id = $2`;

async function revoke(tx: TenantTx, tenant: TenantId, id: GrantId, by: PersonId): Promise<boolean> {
  // The head's lock: a use that is just being recorded comes before it, the next one finds it revoked.
  await lockHead(tx, tenant);
  const changed = await tx.rows<{ doc: unknown }>({
    text: 'UPDATE grants SET revoked_at = clock_timestamp(), revoked_by = $2 WHERE grant_id = $1 AND revoked_at IS NULL RETURNING doc',
    values: [id, by],
  });
  const [revoked] = changed;
  if (revoked === undefined) return false;
  await append(tx, tenant, { kind: 'grant.revoked', subject: id, run: null, actor: by, body: { grant: id } });
  const grant = Grant.safeParse(revoked.doc);
  if (!grant.success) return true;
  const { agent, tool, askedBy, signedBy } = grant.data;
  await recordChange(tx, agent, `grant/${id}/revoked`, { what: 'grant-revoked', grant: id, tool });
  await tellInboxesOf(tx, id, [by, askedBy, ...signedBy]);
  return true;
}

/** The grants there are, what is left of them, and their end. They are made by an approval (`platform/own`). */
export function createGrantStore(db: Database, wake: () => void): GrantStore {
  return {
    list: (tenant, { limit }) =>
      db.inTenant(tenant, async (tx) => {
        const grants = (await tx.rows<Row>({ text: NEWEST, values: [Date.now(), limit] })).flatMap(toView);
        const mentioned = grants.flatMap(({ grant, revokedBy }) => [
          grant.askedBy,
          ...grant.signedBy,
          ...(revokedBy === null ? [] : [revokedBy]),
        ]);
        return { grants, people: await namedPeople(tx, mentioned) };
      }),
    get: (tenant, id) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<Row>({ text: ONE, values: [Date.now(), id] });
        return (row ? toView(row)[0] : undefined) ?? null;
      }),
    async revoke(tenant, id, by) {
      const done = await db.inTenant(tenant, (tx) => revoke(tx, tenant, id, by));
      wake();
      return done;
    },
  };
}
