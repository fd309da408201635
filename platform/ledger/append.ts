import type { TenantId } from '../../core/ids.ts';
import type { Statement, TenantTx } from '../database.ts';
import { sealEntries } from '../personal/seal-entries.ts';
import { entryTexts } from './chain.ts';
import type { LedgerEntry } from './entry.ts';
import { newSalt } from './salts.ts';

export type { LedgerEntry };

/** Milliseconds since the epoch by the database's clock, for a SELECT list. */
export const DB_NOW_MS = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;

/**
 * Takes the tenant's head alone, before reading what must not change until the append: the next of a tenant to do so
 * waits. Lock order everywhere: approval, head, then the rest. Returns the database's clock, epoch ms.
 */
export async function lockHead(tx: TenantTx, tenant: TenantId): Promise<number> {
  const head = await tx.row<{ size: number | null; nowMs: number }>({
    name: 'lock_head',
    text: `SELECT h.size, ${DB_NOW_MS} AS "nowMs" FROM lock_ledger_head($1) h`,
    values: [tenant],
  });
  if (!head || head.size === null) throw new Error(`no such tenant: ${tenant}`);
  return head.nowMs;
}

/** The ten parameters of `append_ledger`, one array per part; the salts are drawn here. */
export async function entryColumns(
  tx: TenantTx,
  tenant: TenantId,
  entries: readonly LedgerEntry[],
): Promise<unknown[]> {
  const salts = entries.map(newSalt);
  const sealed = await sealEntries(tx, tenant, entries);
  const texts = entries.map((entry, i) =>
    entryTexts(tenant, { ...entry, body: sealed[i]?.body ?? {} }, salts[i] as Uint8Array),
  );
  return [
    texts.map((t) => t.beforeAt),
    texts.map((t) => t.beforePrev),
    texts.map((t) => t.beforeSeq),
    texts.map((t) => t.afterSeq),
    entries.map((e) => e.kind),
    texts.map((t) => t.subject),
    entries.map((e) => e.run),
    salts,
    texts.map((t) => t.body),
    sealed.map(({ personal }) => personal),
  ];
}

/** The call that appends, for use inside another statement; its ten parameters are the statement's first. */
export const APPEND = `append_ledger($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
  $8::bytea[], $9::text[], $10::text[])`;

/** The statement that appends; answers with the number of the first entry. */
export const appendStatement = async (
  tx: TenantTx,
  tenant: TenantId,
  entries: readonly LedgerEntry[],
): Promise<Statement> => ({
  name: 'append_ledger',
  text: `SELECT ${APPEND} AS first`,
  values: await entryColumns(tx, tenant, entries),
});

/**
 * Appends in this transaction, so that what is recorded and its record live or die together. Returns the number of the
 * first entry. The head stays locked until the transaction ends, so append late.
 */
export async function append(tx: TenantTx, tenant: TenantId, ...entries: LedgerEntry[]): Promise<number> {
  const row = await tx.row<{ first: number }>(await appendStatement(tx, tenant, entries));
  if (!row) throw new Error('the ledger did not answer');
  return row.first;
}
