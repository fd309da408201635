import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sha256 } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import {
  bodyCommitment,
  checkChain,
  entryHash,
  GENESIS,
  ledgerHeader,
  type StoredEntry,
} from '../../core/ledger.ts';
import { appendLeaves, EMPTY_FRONTIER, rootOf } from '../../core/merkle/frontier.ts';
import { checkCheckpoints } from './check-checkpoints.ts';
import { checkpointText, createNoteSigner, ledgerOrigin } from './note.ts';

const TENANT = 'harbour' as TenantId;
const signer = createNoteSigner(
  'countersign.test',
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
);

interface Written {
  readonly salt: Uint8Array;
  readonly body: string;
}
/** The chain over these bodies, as the database would have made it. */
function chainOf(written: readonly Written[]): StoredEntry[] {
  let prev = GENESIS;
  return written.map(({ salt, body }, i) => {
    const header = ledgerHeader({
      ...{ tenant: TENANT, seq: i + 1, at: '2026-11-24T09:12:00.000Z', kind: 'approval.signed' },
      ...{ subject: 'apr_1', actor: 'per_1', bodyCommitment: bodyCommitment(salt, body), prev },
    });
    const entry = { seq: i + 1, header, entryHash: entryHash(header), salt, body };
    prev = entry.entryHash as Sha256;
    return entry;
  });
}
const headOf = (entries: readonly StoredEntry[]) => ({
  size: entries.length,
  hash: entries.at(-1)?.entryHash ?? GENESIS,
});
const noteOf = (entries: readonly StoredEntry[]): string => {
  const tree = appendLeaves(EMPTY_FRONTIER, entries.map((entry) => hexToBytes(entry.entryHash)));
  return signer.sign(
    checkpointText({ origin: ledgerOrigin('countersign.test', TENANT), size: tree.size, root: rootOf(tree.hashes) }),
  );
}; // prettier-ignore

const SIZE = 12;
const EVERY = 4;
const WRITTEN: readonly Written[] = Array.from({ length: SIZE }, (_, i) => ({
  ...{ salt: randomBytes(32), body: `{"amount":${i}}` },
}));
const TRUE = chainOf(WRITTEN);
/** The last one covers all. */
const NOTES = [EVERY, 2 * EVERY, SIZE].map((size) => noteOf(TRUE.slice(0, size)));

/** The number of the first entry that is found broken, or null. */
function foundAt(entries: readonly StoredEntry[], head: { size: number; hash: string }): number | null {
  const checked = checkChain(entries, { tenant: TENANT, head });
  if (!checked.ok) return checked.seq;
  const checkpoints = checkCheckpoints(TENANT, { verifierKey: signer.verifierKey, notes: NOTES });
  const broken = checkpoints.add(entries.map((e) => hexToBytes(e.entryHash))) ?? checkpoints.end();
  return broken?.seq ?? null;
}

/** Flips one bit of a hexadecimal text. */
function flipHex(text: string, bit: number): string {
  const at = (bit >> 2) % text.length;
  const digit = (parseInt(text[at] ?? '0', 16) ^ (1 << (bit & 3))).toString(16);
  return text.slice(0, at) + digit + text.slice(at + 1);
}
function flipText(text: string, bit: number): string {
  const bytes = Buffer.from(text);
  const at = (bit >> 3) % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
  return bytes.toString('latin1');
}
const put = <T>(list: readonly T[], at: number, item: T): T[] =>
  list.map((old, i) => (i === at ? item : old));
const renumbered = (entries: readonly StoredEntry[]): StoredEntry[] =>
  entries.map((e, i) => ({ ...e, seq: i + 1 }));

type Tamper = (at: number, bit: number) => readonly [readonly StoredEntry[], { size: number; hash: string }];
const kept = (entries: readonly StoredEntry[]) => [entries, headOf(TRUE)] as const;
const remade = (written: readonly Written[]) => {
  const entries = chainOf(written);
  return [entries, headOf(entries)] as const;
};
const other: Written = { salt: randomBytes(32), body: '{"amount":6180000000}' };

/** Where a whole chain is made anew, only what was published can tell: by the first checkpoint over what was changed. */
const TAMPERINGS: Readonly<Record<string, Tamper>> = {
  'a bit of a payload': (at, bit) =>
    kept(put(TRUE, at, { ...TRUE[at]!, body: flipText(WRITTEN[at]?.body ?? '', bit) })),
  'a bit of a hash': (at, bit) =>
    kept(put(TRUE, at, { ...TRUE[at]!, entryHash: flipHex(TRUE[at]?.entryHash ?? '', bit) })),
  'an entry deleted': (at) => kept(TRUE.filter((_, i) => i !== at)),
  'two entries swapped': (at, bit) => {
    const with_ = (at + 1 + (bit % (SIZE - 1))) % SIZE;
    return kept(renumbered(put(put(TRUE, at, TRUE[with_]!), with_, TRUE[at]!)));
  },
  'an entry inserted': (at) =>
    kept(renumbered([...TRUE.slice(0, at), chainOf([other])[0]!, ...TRUE.slice(at)])),
  'the tail cut off': (at) => [TRUE.slice(0, at), headOf(TRUE.slice(0, at))],
  'a body edited and all recomputed': (at) => remade(put(WRITTEN, at, other)),
  'an entry deleted and all recomputed': (at) => remade(WRITTEN.filter((_, i) => i !== at)),
  'an entry forged and all recomputed': (at) => remade([...WRITTEN.slice(0, at), other, ...WRITTEN.slice(at)]),
}; // prettier-ignore

test('what was not touched is found whole', () => expect(foundAt(TRUE, headOf(TRUE))).toBeNull());

test.each(Object.entries(TAMPERINGS))(
  'attack 51: %s, a thousand times, is found each time, at the entry or at the first checkpoint over it',
  (_, tamper) => {
    fc.assert(
      fc.property(fc.nat(SIZE - 1), fc.nat(2 ** 20), (at, bit) => {
        const found = foundAt(...tamper(at, bit));
        if (found === null) throw new Error(`not found: entry ${at + 1}`);
        const checkpoint = Math.ceil((at + 1) / EVERY) * EVERY;
        expect(found).toBeLessThanOrEqual(Math.min(SIZE + 1, checkpoint + 1));
      }),
      { numRuns: 1_000 },
    );
  },
);
