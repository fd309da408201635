import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson, NotCanonicalError, type Sha256 } from './canonical-json.ts';
import { TenantId } from './ids.ts';
import type { Broken } from './ledger-words.ts';

/** What the first entry of a tenant names as the one before it. */
export const GENESIS = '0'.repeat(64) as Sha256;

const Hash = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Sha256>;

/** What an entry's header says. The body stays outside, so that it can be erased without breaking the chain. */
const HeaderFields = z.strictObject({
  v: z.literal(1),
  tenant: TenantId,
  /** 1, 2, 3 ... within the tenant. */
  seq: z.int().min(1),
  /** ISO 8601 in UTC with milliseconds, e.g. 2026-11-24T09:12:00.000Z. */
  at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  /** e.g. `approval.signed`. */
  kind: z.string().min(1).max(80),
  /** The run, approval or other thing that it is about. */
  subject: z.string().min(1).max(200),
  /** The person (`per_`) or process that caused it; never a name or address. */
  actor: z.string().min(1).max(200),
  body: Hash,
  prev: Hash,
});
export type HeaderFields = z.infer<typeof HeaderFields>;

export type NewHeader = Omit<HeaderFields, 'v' | 'body'> & { readonly bodyCommitment: Sha256 };

/** RFC 8785 text of an entry's header; its UTF-8 bytes are the leaf. @throws ZodError on a field out of shape */
export function ledgerHeader(header: NewHeader): string {
  const { bodyCommitment: body, ...rest } = header;
  return canonicalJson(HeaderFields.parse({ v: 1, ...rest, body }));
}

/**
 * SHA-256(salt || UTF-8 of the canonical body): binds the body without letting anyone guess it once it is erased.
 * @throws RangeError when the salt is shorter than 16 bytes
 */
export function bodyCommitment(salt: Uint8Array, canonicalBody: string): Sha256 {
  if (salt.length < 16) throw new RangeError('a salt is at least 16 bytes');
  return bytesToHex(sha256(concatBytes(salt, utf8ToBytes(canonicalBody)))) as Sha256;
}

/** SHA-256(0x00 || header): the leaf hash of RFC 6962, section 2.1. */
export const entryHash = (headerText: string): Sha256 =>
  bytesToHex(sha256(concatBytes(Uint8Array.of(0), utf8ToBytes(headerText)))) as Sha256;

/** One entry as it is stored. `body` and `salt` null: erased, which the commitment outlives. */
export interface StoredEntry {
  readonly seq: number;
  readonly header: string;
  readonly entryHash: string;
  readonly salt: Uint8Array | null;
  readonly body: string | null;
  /** Columns beside the header that readers filter by; they must say the same. */
  readonly kind?: string;
  readonly subject?: string;
}

export interface ChainEnds {
  readonly tenant: TenantId;
  /** What is known to come before the first entry given; left out: the beginning. */
  readonly after?: { readonly seq: number; readonly hash: string };
  /** What the chain must end with, from the tenant's head row or a checkpoint; left out: not compared. */
  readonly head?: { readonly size: number; readonly hash: string };
}

export type Checked =
  | { readonly ok: true; readonly size: number; readonly head: Sha256 }
  | { readonly ok: false; readonly seq: number; readonly broken: Broken };

function readHeader(text: string): HeaderFields | null {
  try {
    const fields = HeaderFields.parse(JSON.parse(text));
    return canonicalJson(fields) === text ? fields : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || error instanceof NotCanonicalError)
      return null;
    throw error;
  }
}

/** What is wrong with one entry by itself, or null. */
export function whyEntryBroken(entry: StoredEntry, tenant: TenantId): Broken | null {
  const { seq, salt, body } = entry;
  const is = (why: Broken['why']): Broken => ({ why, seq });
  const header = readHeader(entry.header);
  if (!header) return is('no-canonical-header');
  if (header.tenant !== tenant) return is('other-tenant');
  if (header.seq !== seq) return { ...is('other-number'), is: header.seq };
  if (entryHash(entry.header) !== entry.entryHash) return is('other-hash');
  if (entry.kind !== undefined && entry.kind !== header.kind) return is('other-kind');
  if (entry.subject !== undefined && entry.subject !== header.subject) return is('other-subject');
  if (body === null && salt === null) return null;
  if (body === null || salt === null) return is('half-body');
  if (salt.length < 16) return is('short-salt');
  return bodyCommitment(salt, body) === header.body ? null : is('other-body');
}

const no = (seq: number, broken: Broken): Checked => ({ ok: false, seq, broken });

/** Walks entries in the order given; finds the first thing that is broken. */
export function checkChain(entries: readonly StoredEntry[], ends: ChainEnds): Checked {
  let seq = ends.after?.seq ?? 0;
  let prev: string = ends.after?.hash ?? GENESIS;
  for (const entry of entries) {
    if (entry.seq !== seq + 1) return no(seq + 1, { why: 'missing', seq: seq + 1, is: entry.seq });
    const broken = whyEntryBroken(entry, ends.tenant);
    if (broken) return no(entry.seq, broken);
    if (readHeader(entry.header)?.prev !== prev)
      return no(entry.seq, { why: 'not-following', seq: entry.seq });
    seq = entry.seq;
    prev = entry.entryHash;
  }
  const { head } = ends;
  if (head && seq < head.size) return no(seq + 1, { why: 'missing-end', seq: seq + 1, is: head.size });
  if (head && (seq !== head.size || prev !== head.hash))
    return no(Math.max(1, seq), { why: 'other-end', seq, is: head.size });
  return { ok: true, size: seq, head: prev as Sha256 };
}
