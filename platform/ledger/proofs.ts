import { hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { TenantId } from '../../core/ids.ts';
import { entryHash, readHeader } from '../../core/ledger.ts';
import { provesConsistency, provesInclusion } from '../../core/merkle/proof.ts';
import { ledgerOrigin, openCheckpoint, readVerifier, type TreeHead } from './note.ts';

const Hashes = z.array(z.base64().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')))).max(64);
const Note = z.string().max(100_000);

/** That a ledger only added to what it had: RFC 6962's consistency proof between two signed checkpoints. */
const Growth = z.strictObject({
  ...{ v: z.literal(1), kind: z.literal('countersign-growth'), tenant: TenantId },
  ...{ earlier: Note, later: Note, proof: Hashes },
});
/** That one entry stands in a ledger that was signed: RFC 6962's audit path. Its body stays where it is. */
const Inclusion = z.strictObject({
  ...{ v: z.literal(1), kind: z.literal('countersign-inclusion'), tenant: TenantId },
  ...{ checkpoint: Note, header: z.string().max(20_000), proof: Hashes },
});
const Proof = z.discriminatedUnion('kind', [Growth, Inclusion]);
export type ProofJson = z.input<typeof Proof>;

export const toBase64 = (hashes: readonly Uint8Array[]): string[] =>
  hashes.map((hash) => Buffer.from(hash).toString('base64'));

export type CheckedProof =
  { readonly ok: true; readonly sentence: string } | { readonly ok: false; readonly broken: string };

const no = (broken: string): CheckedProof => ({ ok: false, broken });
const NOT_SIGNED = 'was not signed by this key for this ledger';

function checkGrowth(
  { tenant, earlier, later, proof }: z.infer<typeof Growth>,
  open: (note: string) => TreeHead | null,
): CheckedProof {
  const heads = { earlier: open(earlier), later: open(later) };
  if (heads.earlier === null) return no(`The earlier checkpoint ${NOT_SIGNED}.`);
  if (heads.later === null) return no(`The later checkpoint ${NOT_SIGNED}.`);
  const { size } = heads.earlier;
  return provesConsistency({ earlier: heads.earlier, later: heads.later, proof })
    ? { ok: true, sentence: `The ledger of ${tenant} at ${heads.later.size} entries only added to what it had at ${size}.` }
    : no(`It is not proved that the ledger at ${heads.later.size} entries only added to what it had at ${size}.`);
} // prettier-ignore

function checkInclusion(
  { tenant, checkpoint, header, proof }: z.infer<typeof Inclusion>,
  open: (note: string) => TreeHead | null,
): CheckedProof {
  const head = open(checkpoint);
  if (head === null) return no(`The checkpoint ${NOT_SIGNED}.`);
  const fields = readHeader(header);
  if (fields?.tenant !== tenant) return no('The header is none of an entry of this ledger.');
  const { seq, kind, subject } = fields;
  const claim = { index: seq - 1, leaf: hexToBytes(entryHash(header)), size: head.size, root: head.root };
  return provesInclusion({ ...claim, proof })
    ? { ok: true, sentence: `Entry #${seq} (${kind}, ${subject}) stands in the ledger of ${tenant}, signed at ${head.size} entries.` }
    : no(`Entry #${seq} is not proved to be in the ledger that was signed.`);
} // prettier-ignore

/**
 * Checks a proof by itself, with the public key and nothing else. Null: the text is no proof.
 * @throws Error when the verifier key is none
 */
export function checkProof(text: string, verifierKey: string): CheckedProof | null {
  const verifier = readVerifier(verifierKey);
  let proof: z.infer<typeof Proof>;
  try {
    proof = Proof.parse(JSON.parse(text));
  } catch {
    return null;
  }
  const open = (note: string): TreeHead | null => {
    const head = openCheckpoint(note, verifier);
    return head?.origin === ledgerOrigin(verifier.name, proof.tenant) ? head : null;
  };
  return proof.kind === 'countersign-growth' ? checkGrowth(proof, open) : checkInclusion(proof, open);
}
