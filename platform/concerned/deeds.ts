import type { Deed } from '../../core/explanation/types.ts';
import type { TenantId } from '../../core/ids.ts';
import { ERASED } from '../../core/ledger-personal.ts';
import { Role } from '../../core/people.ts';
import type { TenantTx } from '../database.ts';
import { openBodies } from '../personal/seal-entries.ts';
import { z } from 'zod';

/** What people do to a request, by the ledger's word for it. */
const DID: Readonly<Record<string, Deed['did']>> = {
  'approval.signed': 'approved',
  'approval.declined': 'declined',
  'approval.edited': 'changed',
  'approval.break-glass': 'broke-glass',
  'approval.granted': 'allowed-beforehand',
};

/**
 * Of the request that was decided, and what was changed on the way to it. One list of subjects, which the index finds: a
 * condition for each of them would read the whole ledger.
 */
const ENTRIES = `SELECT e.seq, e.kind, (extract(epoch FROM e.created_at) * 1000)::bigint AS "atMs", b.salt, b.body, b.personal
  FROM ledger_entries e LEFT JOIN ledger_bodies b USING (tenant, seq, created_at)
  WHERE e.subject = ANY(array_append(ARRAY(
      SELECT a.approval FROM approvals a JOIN approvals o ON o.run = a.run AND o.root = a.root WHERE o.approval = $1), $1))
    AND (e.kind = 'approval.edited' OR (e.subject = $1 AND e.kind = ANY($2)))
  ORDER BY e.seq`;

interface Row {
  readonly seq: number;
  readonly kind: string;
  readonly atMs: number;
  readonly salt: Buffer | null;
  readonly body: string | null;
  readonly personal: string | null;
}

/** As much of a body as tells what somebody did; what was erased is missing from it. */
const Said = z.looseObject({
  by: z.looseObject({ roles: z.array(Role) }).optional(),
  comment: z.string().nullish(),
  reason: z.string().nullish(),
  [ERASED]: z.array(z.string()).optional(),
});

function deedOf({ kind, atMs }: Row, body: unknown): Deed {
  const { by, comment, reason } = Said.safeParse(body).data ?? {};
  const did = DID[kind] ?? 'approved';
  const roles = did === 'allowed-beforehand' ? [] : (by?.roles ?? null);
  return { did, atMs, roles, said: (comment ?? reason) || null };
}

/** What people did, as the ledger has it; `erased`: what is personal of the person concerned is gone from it. */
export async function readDeeds(
  tx: TenantTx,
  tenant: TenantId,
  approval: string,
): Promise<{ readonly deeds: Deed[]; readonly erased: boolean }> {
  const rows = await tx.rows<Row>({
    text: ENTRIES,
    values: [approval, [...Object.keys(DID), 'approval.asked']],
  });
  const bodies = await openBodies(tx, tenant, rows);
  const gone = rows.map((row, i) => {
    const body = bodies[i]?.body ?? null;
    return row.kind === 'approval.asked' && (body === null || Said.parse(body)[ERASED]?.includes('party'));
  });
  const deeds = rows.flatMap((row, i) =>
    row.kind === 'approval.asked' ? [] : [deedOf(row, bodies[i]?.body)],
  );
  return { deeds, erased: gone.some((one) => one === true) };
}
