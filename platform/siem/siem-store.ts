import type pg from 'pg';
import type { TenantId } from '../../core/ids.ts';
import type { HeaderFields } from '../../core/ledger.ts';
import type { SiemEntry } from '../../core/siem/ocsf.ts';
import type { Database } from '../database.ts';

const BATCH = 500;
const LEASE_MS = 60_000;

export interface SiemStore {
  /** How long each ledger is. Crosses tenants, and sees their ids and sizes only. */
  sizes(): Promise<readonly { readonly tenant: TenantId; readonly size: number }[]>;
  /** The next entries for a sink, in order, for whoever holds the lease; null: somebody else does. */
  take(
    tenant: TenantId,
    sink: string,
    by: string,
  ): Promise<{ readonly after: number; readonly entries: readonly SiemEntry[] } | null>;
  /** They were delivered up to here. False: the lease was lost, and they will be told again. */
  moveTo(tenant: TenantId, sink: string, by: string, seq: number): Promise<boolean>;
}

const LEASE = `INSERT INTO siem_cursors AS c (tenant, sink, lease_by, lease_until)
  VALUES (current_tenant(), $1, $2, now() + $3 * interval '1 millisecond')
  ON CONFLICT (tenant, sink) DO UPDATE SET lease_by = excluded.lease_by, lease_until = excluded.lease_until
    WHERE c.lease_by = excluded.lease_by OR c.lease_until IS NULL OR c.lease_until < now()
  RETURNING seq`;

interface Row {
  readonly header: string;
  readonly entryHash: string;
  readonly run: string | null;
}

/** @param router role countersign_dispatcher, which may see how long each ledger is */
export function createSiemStore(db: Database, router: pg.Pool): SiemStore {
  return {
    async sizes() {
      const text = 'SELECT tenant, size FROM ledger_heads WHERE size > 0 ORDER BY tenant';
      return (await router.query<{ tenant: TenantId; size: number }>(text)).rows;
    },
    take: (tenant, sink, by) =>
      db.inTenant(tenant, async (tx) => {
        const cursor = await tx.row<{ seq: number }>({ text: LEASE, values: [sink, by, LEASE_MS] });
        if (cursor === null) return null;
        const rows = await tx.rows<Row>({
          text: `SELECT header, entry_hash AS "entryHash", run FROM ledger_entries WHERE seq > $1 ORDER BY seq LIMIT ${BATCH}`,
          values: [cursor.seq],
        });
        const entries = rows.map(({ header, ...row }) => ({
          ...row,
          header: JSON.parse(header) as HeaderFields,
        }));
        return { after: cursor.seq, entries };
      }),
    moveTo: (tenant, sink, by, seq) =>
      db.inTenant(tenant, async (tx) => {
        const moved = await tx.rows({
          text: `UPDATE siem_cursors SET seq = $3, moved_at = now(), lease_until = now()
            WHERE sink = $1 AND lease_by = $2 AND seq < $3 RETURNING seq`,
          values: [sink, by, seq],
        });
        return moved.length > 0;
      }),
  };
}
