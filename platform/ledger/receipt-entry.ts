import { hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import { joinBody } from '../../core/ledger-personal.ts';
import { brokenSentence } from '../../core/ledger-sentence.ts';
import { entryHash, whyEntryBroken } from '../../core/ledger.ts';
import { provesInclusion } from '../../core/merkle/proof.ts';
import type { TenantTx } from '../database.ts';
import { openBodies } from '../personal/seal-entries.ts';
import { cosignedNote } from './cosigned-note.ts';
import type { TreeHead } from './note.ts';
import { readProof } from './tree.ts';

const bytes = z.base64().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));

/** A part of a body: its digest with its salt stands in the body. */
const Part = z.strictObject({ salt: bytes, text: z.string().max(1_000_000) });

/** One entry with its body, and its way to the root that was signed. */
export const Proved = z.strictObject({
  /** The entry's header as it was hashed. */
  header: z.string().max(20_000),
  salt: bytes,
  /** What the header commits to. */
  body: z.string().max(1_000_000),
  /** What is personal, to which the body commits; a part that was erased before is missing. */
  personal: z.strictObject({ actor: Part.optional(), party: Part.optional() }).optional(),
  /** The entry's audit path in the checkpoint's tree, from its sibling up. */
  proof: z.array(bytes).max(64),
});

/** Entries with what is to be handed over of them; a body that was dropped after its years is null. */
export const ENTRY_ROWS = `SELECT e.seq, e.header, b.salt, b.body, b.personal FROM ledger_entries e
  LEFT JOIN ledger_bodies b USING (tenant, seq, created_at)`;
/** The first over all of it that a witness signed; else the first. */
const COVERING = `SELECT size, ${cosignedNote('c')} AS note FROM ledger_checkpoints c WHERE size = coalesce(
  (SELECT min(size) FROM ledger_cosignatures WHERE size >= $1), (SELECT min(size) FROM ledger_checkpoints WHERE size >= $1))`;

/** The checkpoint that a receipt rests on; null: there is none yet over all of it. */
export const coveringCheckpoint = (
  tx: TenantTx,
  seq: number,
): Promise<{ size: number; note: string } | null> =>
  tx.row<{ size: number; note: string }>({ text: COVERING, values: [seq] });

export type Row = {
  seq: number;
  header: string;
  salt: Buffer | null;
  body: string | null;
  personal: string | null;
};
export type Entry = z.infer<typeof Proved>;
export type ProvedJson = z.input<typeof Proved>;
/** One whose body is there. */
export type WholeRow = Row & { readonly salt: Buffer; readonly body: string };

export const isWhole = (row: Row): row is WholeRow => row.salt !== null && row.body !== null;

const base64 = (hash: Uint8Array): string => Buffer.from(hash).toString('base64');

/** Entries as they are handed over, each with its way to the root of that checkpoint. */
export async function proved(
  tx: TenantTx,
  tenant: TenantId,
  rows: readonly WholeRow[],
  size: number,
): Promise<ProvedJson[]> {
  const opened = await openBodies(tx, tenant, rows);
  const entries: ProvedJson[] = [];
  for (const [i, { seq, header, salt, body }] of rows.entries()) {
    const proof = await readProof(tx, { start: seq - 1, end: seq }, size);
    const parts = Object.entries(opened[i]?.disclosed ?? {});
    const personal = Object.fromEntries(
      parts.map(([part, { salt: hides, text }]) => [part, { salt: base64(hides), text }]),
    );
    entries.push({
      ...{ header, salt: base64(salt), body, proof: proof.map(base64) },
      ...(parts.length === 0 ? {} : { personal }),
    });
  }
  return entries;
}

/** An entry as whoever checks reads it. */
export interface Read {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly subject: string;
  readonly actor: string;
  readonly body: JsonObject;
}

/** Zod leaves what was not given undefined, which is not the same as missing. */
const partsIn = ({ personal = {} }: Entry): Parameters<typeof joinBody>[1] => ({
  ...(personal.actor ? { actor: personal.actor } : {}),
  ...(personal.party ? { party: personal.party } : {}),
});

/** The body is empty where a part is not the one that was committed to: `whyBroken` says so before anybody reads it. */
export const readEntry = (entry: Entry): Read => ({
  ...(JSON.parse(entry.header) as Omit<Read, 'body'>),
  body: joinBody(JSON.parse(entry.body) as JsonObject, partsIn(entry)) ?? {},
});

/** What is wrong with one entry, in words, or null. */
export function whyBroken(
  entry: Entry,
  { tenant, subject }: { readonly tenant: TenantId; readonly subject: string },
  head: TreeHead,
): string | null {
  const { seq = 0 } = (JSON.parse(entry.header) ?? {}) as { seq?: number };
  const hash = entryHash(entry.header);
  const broken = whyEntryBroken({ ...entry, seq, entryHash: hash, subject }, tenant);
  if (broken !== null) return brokenSentence(broken);
  if (joinBody(JSON.parse(entry.body) as JsonObject, partsIn(entry)) === null)
    return brokenSentence({ why: 'other-body', seq });
  const claim = { index: seq - 1, leaf: hexToBytes(hash), size: head.size, root: head.root };
  return provesInclusion({ ...claim, proof: entry.proof })
    ? null
    : `Entry #${seq} is not proved to be in the ledger that was signed.`;
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The first thing that is wrong, or null. */
export function firstWhy<T>(all: readonly T[], why: (one: T, i: number) => string | null): string | null {
  for (const [i, one] of all.entries()) {
    const found = why(one, i);
    if (found !== null) return found;
  }
  return null;
}
