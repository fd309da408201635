import type pg from 'pg';
import type { TenantId } from '../../core/ids.ts';
import type { Database } from '../database.ts';
import { retainLedger, type ExportedMonth } from '../ledger/months.ts';

/** What came of one company's look. `elsewhere`: another process is at it; `held`: a legal hold stands. */
export type Retained =
  | { readonly kind: 'done'; readonly months: readonly ExportedMonth[]; readonly reads: number }
  | { readonly kind: 'elsewhere' | 'held' };

/** What leaves the database when its time is over: bodies of the ledger, exported first, and old rows of who read what. */
export interface RetentionStore {
  /** Crosses tenants, and sees their ids only. */
  tenants(): Promise<TenantId[]>;
  /**
   * One company's, by one process at a time. @param archive null: no body leaves, since there is nowhere to export it to
   * @throws RetentionRefusedError where an export does not hold
   */
  retain(tenant: TenantId, archive: string | null): Promise<Retained>;
}

const HELD = `SELECT EXISTS (SELECT FROM legal_holds WHERE lifted_at IS NULL) AS held`;
const TAKE = `SELECT pg_try_advisory_lock(hashtextextended('retention ' || $1, 0)) AS alone`;
const GIVE_BACK = `SELECT pg_advisory_unlock(hashtextextended('retention ' || $1, 0))`;

/** Whoever's process dies loses its connection, and with it the lock. */
async function alone<T>(router: pg.Pool, tenant: TenantId, work: () => Promise<T>): Promise<T | null> {
  const client = await router.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ alone: boolean }>(TAKE, [tenant]);
    if (rows[0]?.alone !== true) return null;
    try {
      return await work();
    } finally {
      await client.query(GIVE_BACK, [tenant]).catch((error: unknown) => {
        broken = error as Error;
      });
    }
  } finally {
    // A connection that may still hold the lock is not used again.
    client.release(broken);
  }
}

/** @param router role countersign_dispatcher, which sees which tenants there are */
export function createRetentionStore(db: Database, router: pg.Pool): RetentionStore {
  return {
    async tenants() {
      const { rows } = await router.query<{ tenant: TenantId }>('SELECT tenant FROM tenants ORDER BY tenant');
      return rows.map(({ tenant }) => tenant);
    },
    async retain(tenant, archive) {
      const done = await alone(router, tenant, async (): Promise<Retained> => {
        const held = await db.inTenant(tenant, (tx) => tx.row<{ held: boolean }>({ text: HELD }));
        if (held?.held !== false) return { kind: 'held' };
        const months = archive === null ? [] : await retainLedger(db, tenant, archive);
        const reads = await db.inTenant(tenant, (tx) =>
          tx.row<{ dropped: number }>({ text: 'SELECT drop_old_reads() AS dropped' }),
        );
        return { kind: 'done', months, reads: reads?.dropped ?? 0 };
      });
      return done ?? { kind: 'elsewhere' };
    },
  };
}
