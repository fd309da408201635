import { ApprovalId } from '../../core/ids.ts';
import type { RecordRead, RecordReadView } from '../../core/read.ts';
import type { Database, TenantTx } from '../database.ts';
import type { ReadStore } from '../stores/concerned.ts';

const NOTE = `INSERT INTO record_reads (tenant, subject, reader, what, via) VALUES (current_tenant(), $1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/** In the transaction of whatever else is written about it. */
export async function noteRead(tx: TenantTx, { subject, reader, what, via }: RecordRead): Promise<void> {
  await tx.rows({ name: 'note_read', text: NOTE, values: [subject, reader, what, via] });
}

const COLUMNS = `SELECT r.subject, r.reader, r.what, r.via, (extract(epoch FROM r.read_at) * 1000)::bigint AS "readAtMs", p.name
  FROM record_reads r LEFT JOIN people p ON p.tenant = r.tenant AND p.person = r.reader
  WHERE r.read_at < coalesce(to_timestamp($1::float8 / 1000), 'infinity')`;
const NEWEST = `ORDER BY r.read_at DESC, r.subject, r.reader, r.what, r.via LIMIT $2`;

/** A run and every request of it. */
const OF = `AND r.subject IN (SELECT $3 UNION SELECT a.approval FROM approvals a WHERE a.run = $3)`;

async function list(
  tx: TenantTx,
  { of, before, limit }: Parameters<ReadStore['list']>[1],
): Promise<RecordReadView[]> {
  const values: unknown[] = [before ?? null, limit];
  if (of === undefined) return tx.rows<RecordReadView>({ text: `${COLUMNS} ${NEWEST}`, values });
  const approval = ApprovalId.safeParse(of);
  const run = approval.success
    ? (
        await tx.row<{ run: string }>({
          text: 'SELECT run FROM approvals WHERE approval = $1',
          values: [approval.data],
        })
      )?.run
    : of;
  return run === undefined
    ? []
    : tx.rows<RecordReadView>({ text: `${COLUMNS} ${OF} ${NEWEST}`, values: [...values, run] });
}

/** Who read what of the record; see docs/decisions/read-access.md. */
export const createReadStore = (db: Database): ReadStore => ({
  note: (tenant, read) => db.inTenant(tenant, (tx) => noteRead(tx, read)),
  list: (tenant, page) => db.inTenant(tenant, (tx) => list(tx, page)),
});
