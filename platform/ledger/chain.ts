import { canonicalJson, type Json, type JsonObject } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import { bodyCommitment, entryHash, ledgerHeader } from '../../core/ledger.ts';
import type { LedgerEntry } from './append.ts';

/** Who acts when nobody does. */
export const COUNTERSIGN = 'countersign';

const UNSTORABLE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\u0000/g;

const storableText = (text: string): string => text.replace(UNSTORABLE, '\uFFFD').normalize('NFC');

/**
 * A body that always has a canonical form, since the record of something odd must not fail on its oddness: text in NFC
 * without NUL or half surrogates, unsafe integers as text, nothing undefined.
 */
export function storable(value: unknown): Json {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
      ? value
      : String(value);
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value === 'object') {
    const kept = Object.entries(value).filter(([, v]) => v !== undefined);
    return Object.fromEntries(kept.map(([k, v]) => [storableText(k), storable(v)]));
  }
  return value === undefined ? null : String(value as bigint);
}

export interface Link {
  readonly tenant: TenantId;
  readonly seq: number;
  readonly atMs: number;
  readonly prev: string;
  readonly entry: LedgerEntry;
  readonly salt: Uint8Array;
}

/** One entry's texts. The run goes into the body too, so that the column that readers filter by can be checked. */
export function chainEntry({ tenant, seq, atMs, prev, entry, salt }: Link): {
  header: string;
  entryHash: string;
  subject: string;
  body: string;
} {
  const filed: JsonObject = entry.run === null ? entry.body : { ...entry.body, run: entry.run };
  const body = canonicalJson(storable(filed));
  const subject = storableText(entry.subject).slice(0, 200) || '-';
  const header = ledgerHeader({
    tenant,
    seq,
    at: new Date(atMs).toISOString(),
    kind: entry.kind,
    subject,
    actor: entry.actor ?? COUNTERSIGN,
    bodyCommitment: bodyCommitment(salt, body),
    prev: prev as ReturnType<typeof entryHash>,
  });
  return { header, entryHash: entryHash(header), subject, body };
}
