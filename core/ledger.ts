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

/** SHA-256(bytes || UTF-8 of the text) in hexadecimal. Whoever hashes a million brings a faster one than is here. */
export type HashText = (before: Uint8Array, text: string) => string;

const hashText: HashText = (before, text) => bytesToHex(sha256(concatBytes(before, utf8ToBytes(text))));

/**
 * SHA-256(salt || UTF-8 of the canonical body): binds the body without letting anyone guess it once it is erased.
 * @throws RangeError when the salt is shorter than 16 bytes
 */
export function bodyCommitment(salt: Uint8Array, canonicalBody: string, hash = hashText): Sha256 {
  if (salt.length < 16) throw new RangeError('a salt is at least 16 bytes');
  return hash(salt, canonicalBody) as Sha256;
}

const LEAF = Uint8Array.of(0);

/** SHA-256(0x00 || header): the leaf hash of RFC 6962, section 2.1. */
export const entryHash = (headerText: string, hash = hashText): Sha256 => hash(LEAF, headerText) as Sha256;

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
  /** A faster SHA-256 than the one that is here. */
  readonly hash?: HashText;
}

export type Checked =
  | { readonly ok: true; readonly size: number; readonly head: Sha256 }
  | { readonly ok: false; readonly seq: number; readonly broken: Broken };

/** As much of a header as the chain looks at. */
type ChainFields = Pick<HeaderFields, 'tenant' | 'seq' | 'kind' | 'subject' | 'body' | 'prev'>;

const PLAIN = String.raw`[ !#-[\]-~]`;
/** The canonical form of nearly every header: printable ASCII in which nothing is escaped, so that it need not be made anew. */
const PLAIN_HEADER = new RegExp(
  String.raw`^\{"actor":"${PLAIN}{1,200}","at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","body":"([0-9a-f]{64})",` +
    String.raw`"kind":"(${PLAIN}{1,80})","prev":"([0-9a-f]{64})","seq":([1-9]\d{0,14}),"subject":"(${PLAIN}{1,200})",` +
    String.raw`"tenant":"([a-z][a-z0-9-]{1,40})","v":1\}$`,
);

function readPlainHeader(text: string): ChainFields | null {
  const found = PLAIN_HEADER.exec(text);
  if (found === null) return null;
  const [, body, kind = '', prev, seq, subject = '', tenant] = found;
  return {
    ...{ kind, subject, seq: Number(seq), tenant: tenant as TenantId },
    ...{ body: body as Sha256, prev: prev as Sha256 },
  };
}

function readAnyHeader(text: string): ChainFields | null {
  try {
    const fields = HeaderFields.parse(JSON.parse(text));
    return canonicalJson(fields) === text ? fields : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || error instanceof NotCanonicalError)
      return null;
    throw error;
  }
}

/** What a header in canonical form says; null: it is none. */
export const readHeader = (text: string): ChainFields | null => readPlainHeader(text) ?? readAnyHeader(text);

/** What is wrong with one entry by itself, or null. */
export const whyEntryBroken = (entry: StoredEntry, tenant: TenantId): Broken | null =>
  whyBroken(entry, readHeader(entry.header), tenant, hashText);

function whyBroken(
  entry: StoredEntry,
  header: ChainFields | null,
  tenant: TenantId,
  hash: HashText,
): Broken | null {
  const { seq, salt, body } = entry;
  const is = (why: Broken['why']): Broken => ({ why, seq });
  if (!header) return is('no-canonical-header');
  if (header.tenant !== tenant) return is('other-tenant');
  if (header.seq !== seq) return { ...is('other-number'), is: header.seq };
  if (entryHash(entry.header, hash) !== entry.entryHash) return is('other-hash');
  if (entry.kind !== undefined && entry.kind !== header.kind) return is('other-kind');
  if (entry.subject !== undefined && entry.subject !== header.subject) return is('other-subject');
  if (body === null && salt === null) return null;
  if (body === null || salt === null) return is('half-body');
  if (salt.length < 16) return is('short-salt');
  return bodyCommitment(salt, body, hash) === header.body ? null : is('other-body');
}

const no = (seq: number, broken: Broken): Checked => ({ ok: false, seq, broken });

/** Walks entries in the order given; finds the first thing that is broken. */
export function checkChain(entries: readonly StoredEntry[], ends: ChainEnds): Checked {
  let seq = ends.after?.seq ?? 0;
  let prev: string = ends.after?.hash ?? GENESIS;
  for (const entry of entries) {
    if (entry.seq !== seq + 1) return no(seq + 1, { why: 'missing', seq: seq + 1, is: entry.seq });
    const header = readHeader(entry.header);
    const broken = whyBroken(entry, header, ends.tenant, ends.hash ?? hashText);
    if (broken) return no(entry.seq, broken);
    if (header?.prev !== prev) return no(entry.seq, { why: 'not-following', seq: entry.seq });
    seq = entry.seq;
    prev = entry.entryHash;
  }
  const { head } = ends;
  if (head && seq < head.size) return no(seq + 1, { why: 'missing-end', seq: seq + 1, is: head.size });
  if (head && (seq !== head.size || prev !== head.hash))
    return no(Math.max(1, seq), { why: 'other-end', seq, is: head.size });
  return { ok: true, size: seq, head: prev as Sha256 };
}
