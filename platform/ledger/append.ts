import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { PersonId, RunId, TenantId } from '../../core/ids.ts';
import type { Statement, TenantTx } from '../database.ts';
import { chainEntry } from './chain.ts';

/** What one entry says. The body may hold personal data: it is committed to by a salted digest, so it can be erased. */
export interface LedgerEntry {
  /** e.g. `approval.signed`, `run.started`, `refused`. */
  readonly kind: string;
  /** The id that the entry is about: a run, an approval, a copy's approval, the tenant. */
  readonly subject: string;
  readonly run: RunId | null;
  /** Who did it; null when Countersign itself did. */
  readonly actor: PersonId | null;
  readonly body: JsonObject;
}

export interface Head {
  /** Entries so far; the next entry's number is one more. */
  readonly size: number;
  readonly head: string;
  /** The database's clock when the head was locked, epoch ms. */
  readonly nowMs: number;
}

export interface ChainedEntry {
  readonly seq: number;
  readonly header: string;
  readonly entryHash: string;
  readonly subject: string;
  readonly entry: LedgerEntry;
  readonly salt: Uint8Array;
  readonly body: string;
}

/** Milliseconds since the epoch by the database's clock, for a SELECT list. */
export const DB_NOW_MS = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;

/** Locks the tenant's head until the transaction ends. Lock order everywhere: approval, head, then the rest. */
export async function lockHead(tx: TenantTx, tenant: TenantId): Promise<Head> {
  const head = await tx.row<{ size: number | null; head: string; nowMs: number }>({
    name: 'lock_head',
    text: `SELECT h.size, h.head, ${DB_NOW_MS} AS "nowMs" FROM lock_ledger_head($1) h`,
    values: [tenant],
  });
  if (!head || head.size === null) throw new Error(`no such tenant: ${tenant}`);
  return { ...head, size: head.size };
}

/** Puts entries behind the head, in order. Pure but for the salts. */
export function chainEntries(tenant: TenantId, head: Head, entries: readonly LedgerEntry[]): ChainedEntry[] {
  const chained: ChainedEntry[] = [];
  let prev = head.head;
  for (const [i, entry] of entries.entries()) {
    const seq = head.size + 1 + i;
    const salt = randomBytes(32);
    const next = chainEntry({ tenant, seq, atMs: head.nowMs, prev, entry, salt });
    chained.push({ ...next, seq, entry, salt });
    prev = next.entryHash;
  }
  return chained;
}

/** Nine arrays, one per column, for the `unnest` of `INSERT_ENTRIES`. */
export function entryColumns(chained: readonly ChainedEntry[], nowMs: number): unknown[] {
  return [
    chained.map((c) => c.seq),
    chained.map((c) => c.header),
    chained.map((c) => c.entryHash),
    chained.map((c) => c.entry.kind),
    chained.map((c) => c.subject),
    chained.map((c) => c.entry.run),
    chained.map((c) => c.salt),
    chained.map((c) => c.body),
    nowMs,
  ];
}

/** Three CTEs that write entries and bodies; `$n` is the first of the nine parameters of `entryColumns`. */
export const insertEntriesCtes = (n: number): string => `
  new_entries AS (
    SELECT * FROM unnest($${n}::bigint[], $${n + 1}::text[], $${n + 2}::text[], $${n + 3}::text[], $${n + 4}::text[],
      $${n + 5}::text[], $${n + 6}::bytea[], $${n + 7}::text[])
      AS e(seq, header, entry_hash, kind, subject, run, salt, body) ORDER BY seq),
  ledger_written AS (
    INSERT INTO ledger_entries (tenant, seq, header, entry_hash, kind, subject, run, created_at)
    SELECT current_tenant(), seq, header, entry_hash, kind, subject, run, to_timestamp($${n + 8}::float8 / 1000) FROM new_entries),
  bodies_written AS (
    INSERT INTO ledger_bodies (tenant, seq, salt, body) SELECT current_tenant(), seq, salt, body FROM new_entries)`;

const INSERT_ENTRIES = `WITH ${insertEntriesCtes(1)} SELECT 1`;

/** The statement that writes chained entries. */
export const writeEntries = (chained: readonly ChainedEntry[], nowMs: number): Statement => ({
  name: 'write_entries',
  text: INSERT_ENTRIES,
  values: entryColumns(chained, nowMs),
});

/**
 * Locks the head and appends in this transaction, so that what is recorded and its record live or die together.
 * Returns the number of the first entry.
 */
export async function append(tx: TenantTx, tenant: TenantId, ...entries: LedgerEntry[]): Promise<number> {
  return appendAt(tx, tenant, await lockHead(tx, tenant), ...entries);
}

/** The same behind a head that this transaction locked already, and has not moved since. */
export async function appendAt(
  tx: TenantTx,
  tenant: TenantId,
  head: Head,
  ...entries: LedgerEntry[]
): Promise<number> {
  const chained = chainEntries(tenant, head, entries);
  await tx.rows(writeEntries(chained, head.nowMs));
  return head.size + 1;
}
