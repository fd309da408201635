import { bytesToHex } from '@noble/hashes/utils.js';
import type pg from 'pg';
import type { ApprovalId, CheckpointPostId, TenantId } from '../../core/ids.ts';
import { rootOf } from '../../core/merkle/frontier.ts';
import type { Database, TenantTx } from '../database.ts';
import { checkpointText, ledgerOrigin, type NoteSigner } from './note.ts';
import { makeMonths } from './months.ts';
import { postDaily, readPost, type CheckpointPost } from './post-daily.ts';
import { makeReceipt, type NoReceipt, type ReceiptJson } from './receipt.ts';
import { growTree, readFrontier, readProof } from './tree.ts';

/** A signed statement of what a tenant's ledger had come to. */
export interface Checkpoint {
  readonly size: number;
  /** A signed note (https://c2sp.org/tlog-checkpoint). */
  readonly note: string;
  readonly madeAtMs: number;
}

export interface CheckpointStore {
  /**
   * The tenants whose ledger wants a checkpoint: a thousand entries since the last, or one that is half a minute old; or
   * that have one which is to be published still. Crosses tenants, and sees their ids and sizes only.
   */
  due(wanted: { readonly unpublished: boolean }): Promise<TenantId[]>;
  /**
   * Signs what the ledger has come to by now. Null when nothing was added since the last one, or another process is at it.
   * @throws Error when the tree does not hold the entries that it should
   */
  make(tenant: TenantId, signer: NoteSigner): Promise<Checkpoint | null>;
  /** Those over more than `size` entries, oldest first, a hundred at most. */
  after(tenant: TenantId, size: number): Promise<Checkpoint[]>;
  /** The sizes of the newest one that was published everywhere and of the newest at all; 0: there is none. */
  sizes(tenant: TenantId): Promise<{ readonly published: number; readonly made: number }>;
  /** The root over the first `size` entries, none of them beyond the newest checkpoint. */
  rootAt(tenant: TenantId, size: number): Promise<Uint8Array>;
  /** All up to this size lie in every place. */
  markPublished(tenant: TenantId, size: number): Promise<void>;
  list(tenant: TenantId): Promise<Checkpoint[]>;
  /** Tells the company's channels of the newest one, once a day. False: there was nothing to tell, or nobody. */
  postDaily(tenant: TenantId): Promise<boolean>;
  posted(tenant: TenantId, post: CheckpointPostId): Promise<CheckpointPost | null>;
  /** Parts of the ledger for this month and the next three; says how many were made. */
  makeMonths(): Promise<number>;
  /** What was decided about a request, provable without us. */
  receipt(tenant: TenantId, approval: ApprovalId): Promise<ReceiptJson | NoReceipt>;
  /** Proof that entry `seq` (from 1) is in the tree of `size` entries, as RFC 6962's audit path. */
  proveEntry(tenant: TenantId, seq: number, size: number): Promise<Uint8Array[]>;
  /** Proof that the tree of `later` entries only added to the one of `earlier`. */
  proveGrowth(tenant: TenantId, earlier: number, later: number): Promise<Uint8Array[]>;
}

/** An entry is at most this old before the look that makes its checkpoint. */
const OLDEST_MS = 30_000;
const MOST_ENTRIES = 1_000;

const DUE = `SELECT h.tenant FROM ledger_heads h LEFT JOIN LATERAL (
    SELECT c.size, c.made_at, c.published_at FROM ledger_checkpoints c WHERE c.tenant = h.tenant ORDER BY c.size DESC LIMIT 1
  ) c ON true
  WHERE h.size - coalesce(c.size, 0) >= $1
    OR (h.size > coalesce(c.size, 0) AND coalesce(c.made_at, '-infinity') < now() - $2 * interval '1 millisecond')
    OR ($3 AND EXISTS (SELECT 1 FROM ledger_checkpoints u WHERE u.tenant = h.tenant AND u.published_at IS NULL))`;

/** One process at a time; another finds nothing to do. Ends with the transaction. */
const ALONE = `SELECT pg_try_advisory_xact_lock(hashtextextended('checkpoint ' || current_tenant(), 0)) AS alone`;

const COLUMNS = `size, note, (extract(epoch FROM made_at) * 1000)::bigint AS "madeAtMs"`;

const SIZES = `SELECT coalesce(max(size) FILTER (WHERE published_at IS NOT NULL), 0) AS published, coalesce(max(size), 0) AS made
  FROM ledger_checkpoints`;

async function make(tx: TenantTx, tenant: TenantId, signer: NoteSigner): Promise<Checkpoint | null> {
  if (!(await tx.row<{ alone: boolean }>({ text: ALONE }))?.alone) return null;
  const sizes = await tx.row<{ now: number; last: number }>({
    text: `SELECT h.size AS now, coalesce((SELECT max(size) FROM ledger_checkpoints), 0) AS last FROM ledger_heads h`,
  });
  if (!sizes || sizes.now === sizes.last) return null;
  const tree = await growTree(tx, await readFrontier(tx, sizes.last), sizes.now);
  const root = rootOf(tree.hashes);
  const origin = ledgerOrigin(signer.name, tenant);
  const note = signer.sign(checkpointText({ origin, size: tree.size, root }));
  return tx.row<Checkpoint>({
    text: `INSERT INTO ledger_checkpoints (tenant, size, root, note) VALUES (current_tenant(), $1, $2, $3)
      RETURNING ${COLUMNS}`,
    values: [tree.size, bytesToHex(root), note],
  });
}

/** @param router role countersign_dispatcher, which may see whose ledgers have grown */
export function createCheckpointStore(db: Database, router: pg.Pool, wake: () => void): CheckpointStore {
  return {
    async due({ unpublished }) {
      const values = [MOST_ENTRIES, OLDEST_MS, unpublished];
      return (await router.query<{ tenant: TenantId }>(DUE, values)).rows.map(({ tenant }) => tenant);
    },
    make: (tenant, signer) => db.inTenant(tenant, (tx) => make(tx, tenant, signer)),
    after: (tenant, size) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<Checkpoint>({
          text: `SELECT ${COLUMNS} FROM ledger_checkpoints WHERE size > $1 ORDER BY size LIMIT 100`,
          values: [size],
        }),
      ),
    sizes: (tenant) =>
      db.inTenant(tenant, async (tx) => {
        const sizes = await tx.row<{ published: number; made: number }>({ text: SIZES });
        return sizes ?? { published: 0, made: 0 };
      }),
    rootAt: (tenant, size) =>
      db.inTenant(tenant, async (tx) => rootOf((await readFrontier(tx, size)).hashes)),
    async markPublished(tenant, size) {
      await db.inTenant(tenant, (tx) =>
        tx.rows({
          text: 'UPDATE ledger_checkpoints SET published_at = now() WHERE size <= $1 AND published_at IS NULL',
          values: [size],
        }),
      );
    },
    list: (tenant) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<Checkpoint>({ text: `SELECT ${COLUMNS} FROM ledger_checkpoints ORDER BY size` }),
      ),
    makeMonths: () => makeMonths(router),
    async postDaily(tenant) {
      const posted = await db.inTenant(tenant, postDaily);
      if (posted) wake();
      return posted;
    },
    posted: (tenant, post) => db.inTenant(tenant, (tx) => readPost(tx, post)),
    receipt: (tenant, approval) => db.inTenant(tenant, (tx) => makeReceipt(tx, tenant, approval)),
    proveEntry: (tenant, seq, size) =>
      db.inTenant(tenant, (tx) => readProof(tx, { start: seq - 1, end: seq }, size)),
    proveGrowth: (tenant, earlier, later) =>
      db.inTenant(tenant, (tx) => readProof(tx, { start: 0, end: earlier }, later)),
  };
}
