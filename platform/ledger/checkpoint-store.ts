import { bytesToHex } from '@noble/hashes/utils.js';
import type pg from 'pg';
import type { ApprovalId, CheckpointPostId, RunId, TenantId } from '../../core/ids.ts';
import { rootOf } from '../../core/merkle/frontier.ts';
import type { Database, TenantTx } from '../database.ts';
import type { KeptCosignature } from './cosignature.ts';
import { cosignedNote } from './cosigned-note.ts';
import { checkpointText, ledgerOrigin, type NoteSigner } from './note.ts';
import { makeMonths } from './months.ts';
import { postDaily, readPost, type CheckpointPost } from './post-daily.ts';
import {
  makeReceipt,
  makeRunReceipt,
  type NoReceipt,
  type ReceiptJson,
  type RunReceiptJson,
} from './receipt.ts';
import { growTree, readFrontier, readProof } from './tree.ts';

/** A signed statement of what a tenant's ledger had come to. */
export interface Checkpoint {
  readonly size: number;
  /** A signed note (https://c2sp.org/tlog-checkpoint), with what witnesses signed under it so far. */
  readonly note: string;
  readonly madeAtMs: number;
}

export interface CheckpointStore {
  /**
   * The tenants whose ledger has grown by a thousand entries since its last checkpoint, or that one is half a minute old; and
   * those that have one which is to be published still, or which one of these witnesses has not signed. Crosses tenants, and
   * sees their ids and sizes only.
   */
  due(wanted: {
    readonly unpublished: boolean;
    readonly witnesses?: readonly string[];
  }): Promise<{ readonly tenant: TenantId; readonly grown: boolean }[]>;
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
  /** The size of the newest that a witness signed (0: none), and those after it that it may sign, oldest first. */
  uncosigned(
    tenant: TenantId,
    witness: string,
  ): Promise<{ readonly signed: number; readonly waiting: readonly Checkpoint[] }>;
  /** Keeps what a witness signed; whoever calls has verified it. */
  keepCosignature(
    tenant: TenantId,
    cosignature: KeptCosignature & { readonly signedAtMs: number },
  ): Promise<void>;
  /** Those that do not lie in every place yet, a hundred at most. */
  unpublishedCosignatures(tenant: TenantId): Promise<KeptCosignature[]>;
  markCosignaturesPublished(tenant: TenantId, published: readonly KeptCosignature[]): Promise<void>;
  /** Tells the company's channels of the newest one, once a day. False: there was nothing to tell, or nobody. */
  postDaily(tenant: TenantId): Promise<boolean>;
  posted(tenant: TenantId, post: CheckpointPostId): Promise<CheckpointPost | null>;
  /** Parts of the ledger for this month and the next three; says how many were made. */
  makeMonths(): Promise<number>;
  /** What was decided about a request, provable without us. */
  receipt(tenant: TenantId, approval: ApprovalId): Promise<ReceiptJson | NoReceipt>;
  /** Everything that is recorded about a run, provable likewise. */
  runReceipt(tenant: TenantId, run: RunId): Promise<RunReceiptJson | NoReceipt>;
  /** Proof that entry `seq` (from 1) is in the tree of `size` entries, as RFC 6962's audit path. */
  proveEntry(tenant: TenantId, seq: number, size: number): Promise<Uint8Array[]>;
  /** Proof that the tree of `later` entries only added to the one of `earlier`. */
  proveGrowth(tenant: TenantId, earlier: number, later: number): Promise<Uint8Array[]>;
}

/** An entry is at most this old before the look that makes its checkpoint. */
const OLDEST_MS = 30_000;
const MOST_ENTRIES = 1_000;

const DUE = `SELECT tenant, grown FROM (SELECT h.tenant, c.size, h.size - coalesce(c.size, 0) >= $1
      OR (h.size > coalesce(c.size, 0) AND coalesce(c.made_at, '-infinity') < now() - $2 * interval '1 millisecond') AS grown
    FROM ledger_heads h LEFT JOIN LATERAL (
      SELECT c.size, c.made_at FROM ledger_checkpoints c WHERE c.tenant = h.tenant ORDER BY c.size DESC LIMIT 1) c ON true) l
  WHERE grown
    OR ($3 AND EXISTS (SELECT 1 FROM ledger_checkpoints u WHERE u.tenant = l.tenant AND u.published_at IS NULL))
    OR ($3 AND EXISTS (SELECT 1 FROM ledger_cosignatures u WHERE u.tenant = l.tenant AND u.published_at IS NULL))
    OR (size IS NOT NULL AND EXISTS (SELECT 1 FROM unnest($4::text[]) AS w (id) WHERE NOT EXISTS (
      SELECT 1 FROM ledger_cosignatures s WHERE s.tenant = l.tenant AND s.size = l.size AND s.witness = w.id)))`;

/** One process at a time; another finds nothing to do. Ends with the transaction. */
const ALONE = `SELECT pg_try_advisory_xact_lock(hashtextextended('checkpoint ' || current_tenant(), 0)) AS alone`;

const COLUMNS = `size, ${cosignedNote('ledger_checkpoints')} AS note, (extract(epoch FROM made_at) * 1000)::bigint AS "madeAtMs"`;

const SIZES = `SELECT coalesce(max(size) FILTER (WHERE published_at IS NOT NULL), 0) AS published, coalesce(max(size), 0) AS made
  FROM ledger_checkpoints`;

/** A witness that comes late gets so many of the newest at most, in parts. */
const UNCOSIGNED = `SELECT * FROM (SELECT ${COLUMNS} FROM ledger_checkpoints WHERE size > $1 ORDER BY size DESC LIMIT 100) newest
  ORDER BY size LIMIT 20`;

async function uncosigned(tx: TenantTx, witness: string): Promise<{ signed: number; waiting: Checkpoint[] }> {
  const newest = await tx.row<{ size: number }>({
    text: 'SELECT coalesce(max(size), 0) AS size FROM ledger_cosignatures WHERE witness = $1',
    values: [witness],
  });
  const signed = newest?.size ?? 0;
  return { signed, waiting: await tx.rows<Checkpoint>({ text: UNCOSIGNED, values: [signed] }) };
}

const KEEP_COSIGNATURE = `INSERT INTO ledger_cosignatures (tenant, size, witness, line, signed_at)
  VALUES (current_tenant(), $1, $2, $3, to_timestamp($4::bigint / 1000.0)) ON CONFLICT DO NOTHING`;

const UNPUBLISHED = `SELECT size, witness, line FROM ledger_cosignatures WHERE published_at IS NULL ORDER BY size LIMIT 100`;

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

type Cosignatures = Pick<
  CheckpointStore,
  'uncosigned' | 'keepCosignature' | 'unpublishedCosignatures' | 'markCosignaturesPublished'
>;

function createCosignatures(db: Database): Cosignatures {
  return {
    uncosigned: (tenant, witness) => db.inTenant(tenant, (tx) => uncosigned(tx, witness)),
    async keepCosignature(tenant, { size, witness, line, signedAtMs }) {
      const values = [size, witness, line, signedAtMs];
      await db.inTenant(tenant, (tx) => tx.rows({ text: KEEP_COSIGNATURE, values }));
    },
    unpublishedCosignatures: (tenant) =>
      db.inTenant(tenant, (tx) => tx.rows<KeptCosignature>({ text: UNPUBLISHED })),
    async markCosignaturesPublished(tenant, published) {
      await db.inTenant(tenant, (tx) =>
        tx.rows({
          text: `UPDATE ledger_cosignatures SET published_at = now()
            WHERE (size, witness) IN (SELECT * FROM unnest($1::bigint[], $2::text[])) AND published_at IS NULL`,
          values: [published.map(({ size }) => size), published.map(({ witness }) => witness)],
        }),
      );
    },
  };
}

/** @param router role countersign_dispatcher, which may see whose ledgers have grown */
export function createCheckpointStore(db: Database, router: pg.Pool, wake: () => void): CheckpointStore {
  return {
    async due({ unpublished, witnesses = [] }) {
      const values = [MOST_ENTRIES, OLDEST_MS, unpublished, witnesses];
      return (await router.query<{ tenant: TenantId; grown: boolean }>(DUE, values)).rows;
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
    ...createCosignatures(db),
    makeMonths: () => makeMonths(router),
    async postDaily(tenant) {
      const posted = await db.inTenant(tenant, postDaily);
      if (posted) wake();
      return posted;
    },
    posted: (tenant, post) => db.inTenant(tenant, (tx) => readPost(tx, post)),
    receipt: (tenant, approval) => db.inTenant(tenant, (tx) => makeReceipt(tx, tenant, approval)),
    runReceipt: (tenant, run) => db.inTenant(tenant, (tx) => makeRunReceipt(tx, tenant, run)),
    proveEntry: (tenant, seq, size) =>
      db.inTenant(tenant, (tx) => readProof(tx, { start: seq - 1, end: seq }, size)),
    proveGrowth: (tenant, earlier, later) =>
      db.inTenant(tenant, (tx) => readProof(tx, { start: 0, end: earlier }, later)),
  };
}
