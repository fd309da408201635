import pg from 'pg';
import type { TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { append, lockHead } from '../ledger/append.ts';
import { tenantTables } from './tables.ts';

/** What runs outside of Postgres, or stands there for somebody else. Each may be called again. */
export interface Ends {
  /** Signs, and publishes, what the ledger has come to. */
  readonly checkpoint: (tenant: TenantId) => Promise<void>;
  readonly workflows: (ids: readonly string[]) => Promise<void>;
  readonly jobs: (
    rows: readonly { topic: string; tenant: string; id: number; key: string }[],
  ) => Promise<void>;
  /** Tells Slack that its tokens are not wanted any more; one that cannot be told is no reason to stop. */
  readonly installations: (tenant: TenantId) => Promise<void>;
}

export interface Deleted {
  /** Whether it was deleted before. */
  readonly before: boolean;
  readonly size: number;
  readonly rows: Readonly<Record<string, number>>;
}

interface Tombstone {
  readonly size: number;
  readonly done: boolean;
  readonly rows: Record<string, number>;
}

const TOMBSTONE = `SELECT size, done_at IS NOT NULL AS done, rows FROM tenant_tombstones`;

/** How old the newest export may be, so that little is missing in it. */
const FRESH_EXPORT = '1 day';

const EXPORT = `SELECT b.body FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq)
  WHERE e.kind = 'tenant.exported' AND e.created_at > now() - interval '${FRESH_EXPORT}' ORDER BY e.seq DESC LIMIT 1`;

const BURY = `INSERT INTO tenant_tombstones (tenant, size, head, note, export_digest)
  SELECT h.tenant, h.size, h.head, (SELECT c.note FROM ledger_checkpoints c ORDER BY c.size DESC LIMIT 1), $1 FROM ledger_heads h
  ON CONFLICT DO NOTHING`;

const OPEN_WORK = `SELECT run AS id FROM runs WHERE status IN ('queued', 'running', 'waiting')
  UNION ALL SELECT approval FROM approvals UNION ALL SELECT incident FROM incidents WHERE status <> 'resolved'`;

/** @throws Error saying what stands against it */
async function begin(tx: TenantTx, tenant: TenantId, withoutExport: boolean): Promise<string | null> {
  await lockHead(tx, tenant);
  const holds = await tx.rows({ text: 'SELECT FROM legal_holds WHERE lifted_at IS NULL LIMIT 1' });
  if (holds.length > 0)
    throw new Error(`A legal hold stands on ${tenant}: nothing is deleted while it does.`);
  const found = await tx.row<{ body: string }>({ text: EXPORT });
  if (!found && !withoutExport)
    throw new Error(
      `${tenant} was not exported in the last day. First: countersign admin tenant export ${tenant} --out FOLDER, or say --without-export.`,
    );
  const exported = found ? (JSON.parse(found.body) as { manifest?: unknown }).manifest : null;
  await tx.rows({ text: 'UPDATE tenants SET stopped = true' });
  const body = { export: typeof exported === 'string' ? exported : null };
  await append(tx, tenant, { kind: 'tenant.deleting', subject: tenant, run: null, actor: null, body });
  return body.export;
}

/** What is under way would write on: it is ended, and what waits is taken out of its queue. */
async function endWork(db: Database, ends: Ends, tenant: TenantId): Promise<void> {
  const [work, rows] = await db.inTenant(tenant, async (tx) => [
    await tx.rows<{ id: string }>({ text: OPEN_WORK }),
    await tx.rows<{ topic: string; tenant: string; id: number; key: string }>({
      text: 'SELECT topic, tenant, id, key FROM outbox WHERE done_at IS NULL',
    }),
  ]);
  await ends.installations(tenant);
  await ends.jobs(rows);
  await ends.workflows([...work.map(({ id }) => id), `look_${tenant}`]);
}

/** The ledger's head first: without it nothing that is recorded can be written any more. Then the way in from chats. */
const FIRST = ['ledger_heads', 'chat_workspaces'];

const COUNT = `UPDATE tenant_tombstones SET rows = rows || jsonb_build_object($1::text, coalesce((rows ->> $1)::bigint, 0) + $2::bigint)`;

/** A table is emptied and counted in one transaction, so that whoever goes on after a crash counts nothing twice. */
async function emptyAll(db: Database, tenant: TenantId): Promise<number> {
  const tables = await db.inTenant(tenant, tenantTables);
  let gone = 0;
  for (const table of [...FIRST, ...tables.filter((name) => !FIRST.includes(name))])
    gone += await db.inTenant(tenant, async (tx) => {
      const text = `WITH gone AS (DELETE FROM ${pg.escapeIdentifier(table)} RETURNING 1) SELECT count(*) AS n FROM gone`;
      const { n = 0 } = (await tx.row<{ n: number }>({ text })) ?? {};
      if (n > 0) await tx.rows({ text: COUNT, values: [table, n] });
      return n;
    });
  return gone;
}

/** What was at work when it began may write for a moment; nothing does after the last of these. */
const ROUNDS = 5;

/**
 * Deletes a company, as the schema's owner: the application has no right to. A tombstone of its ledger's last checkpoint stays,
 * and its name is never given again. Interrupted anywhere, it goes on when it is called again.
 * @param db opened as countersign_migrator @throws Error when a legal hold stands, or nothing was exported
 */
export async function deleteTenant(
  db: Database,
  tenant: TenantId,
  how: { readonly withoutExport: boolean; readonly ends: Ends },
): Promise<Deleted> {
  const read = () => db.inTenant(tenant, (tx) => tx.row<Tombstone>({ text: TOMBSTONE }));
  const before = await read();
  if (before?.done) return { before: true, size: before.size, rows: before.rows };
  if (before === null) {
    const exported = await db.inTenant(tenant, (tx) => begin(tx, tenant, how.withoutExport));
    await how.ends.checkpoint(tenant);
    await db.inTenant(tenant, (tx) => tx.rows({ text: BURY, values: [exported] }));
  }
  await endWork(db, how.ends, tenant);
  for (let round = 0; (await emptyAll(db, tenant)) > 0; round += 1)
    if (round === ROUNDS)
      throw new Error(`Something goes on writing for ${tenant}. Stop bot and workers, and say it again.`);
  await db.inTenant(tenant, (tx) =>
    tx.rows({ text: 'UPDATE tenant_tombstones SET done_at = now() WHERE done_at IS NULL' }),
  );
  const after = await read();
  if (after === null) throw new Error('there is no tombstone');
  return { before: false, size: after.size, rows: after.rows };
}
