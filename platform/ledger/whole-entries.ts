import type { TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { openBodies } from '../personal/seal-entries.ts';
import type { LedgerHeaderRow, LedgerWholeRow } from '../stores/approvals.ts';

const SELECT = `SELECT e.seq, (extract(epoch FROM e.created_at) * 1000)::bigint AS "atMs", e.kind, e.subject, e.header,
    e.entry_hash AS "entryHash", b.salt, b.body, b.personal
  FROM ledger_entries e LEFT JOIN ledger_bodies b USING (tenant, seq, created_at) WHERE e.seq > $1 ORDER BY e.seq LIMIT $2`;

type Row = LedgerHeaderRow & {
  readonly salt: Buffer | null;
  readonly body: string | null;
  readonly personal: string | null;
};

/** Entries with what they say, as their readers know it. @throws Error where a body is not what its entry commits to */
export async function wholeEntries(
  tx: TenantTx,
  tenant: TenantId,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<LedgerWholeRow[]> {
  const rows = await tx.rows<Row>({ text: SELECT, values: [after, limit] });
  const bodies = await openBodies(tx, tenant, rows);
  return rows.map(({ seq, atMs, kind, subject, header, entryHash }, i) => {
    const { body = null, broken } = bodies[i] ?? {};
    if (broken === 'other-body') throw new Error(`the body of entry #${seq} is not what was committed to`);
    return { seq, atMs, kind, subject, header, entryHash, body };
  });
}
