import { randomBytes } from 'node:crypto';
import { hexToBytes } from '@noble/hashes/utils.js';
import { actionDigest, type Action } from '../core/action.ts';
import { canonicalJson, type Json, type JsonObject } from '../core/canonical-json.ts';
import { partCommitment, PERSONAL } from '../core/ledger-personal.ts';
import { bodyCommitment, entryHash } from '../core/ledger.ts';
import { hashNode, type Hash } from '../core/merkle/hashes.ts';
import { splitOf } from '../core/merkle/ranges.ts';
import { checkpointText, ledgerOrigin, type NoteSigner } from '../platform/ledger/note.ts';
import type { ReceiptJson } from '../platform/ledger/receipt.ts';

type Proved = ReceiptJson['entries'][number];

const rootOf = (leaves: readonly Hash[]): Hash => {
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  const split = splitOf(leaves.length);
  return hashNode(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
};

/** An audit path (RFC 9162, 2.1.3.1), from the sibling up. */
function pathOf(leaves: readonly Hash[], index: number): Hash[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...pathOf(left, index), rootOf(right)]
    : [...pathOf(right, index - split), rootOf(left)];
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const read = (text: string): JsonObject => JSON.parse(text) as JsonObject;

/** Every body changed as asked, parts and all, and each commitment over it made anew. */
function rewritten(entry: Proved, change: (value: JsonObject) => JsonObject): Proved {
  const parts = Object.entries(entry.personal ?? {}).flatMap(([part, one]) => {
    if (one === undefined) return [];
    return [[part, { salt: one.salt, text: canonicalJson(change(read(one.text))) }] as const];
  });
  const committed = parts.map(([part, { salt, text }]) => [
    part,
    partCommitment({ salt: Buffer.from(salt, 'base64'), text }),
  ]);
  const opened = change(read(entry.body));
  const body = canonicalJson(
    committed.length === 0 ? opened : { ...opened, [PERSONAL]: Object.fromEntries(committed) as Json },
  );
  const header = canonicalJson({
    ...read(entry.header),
    body: bodyCommitment(Buffer.from(entry.salt, 'base64'), body),
  });
  return { ...entry, header, body, ...(parts.length === 0 ? {} : { personal: Object.fromEntries(parts) }) };
}

/**
 * What somebody can do who has everything of ours, the signing key of the ledger included: other contents, and chain, tree and
 * checkpoint made anew so that all of it fits.
 */
export function forgeReceipt(
  receipt: ReceiptJson,
  signer: NoteSigner,
  change: (value: JsonObject) => JsonObject,
): string {
  const all = [receipt.entries, receipt.passkeys ?? []].map((some) =>
    some.map((entry) => rewritten(entry, change)),
  ) as [Proved[], Proved[]];
  const seqOf = ({ header }: Proved): number => Number(read(header)['seq']);
  const size = Math.max(...all.flat().map(seqOf));
  const leaves: Hash[] = Array.from({ length: size }, () => Uint8Array.from(randomBytes(32)));
  for (const entry of all.flat()) leaves[seqOf(entry) - 1] = hexToBytes(entryHash(entry.header));
  const [entries, passkeys] = all.map((some) =>
    some.map((entry) => ({ ...entry, proof: pathOf(leaves, seqOf(entry) - 1).map(base64) })),
  ) as [Proved[], Proved[]];
  const origin = ledgerOrigin(signer.name, receipt.tenant as Parameters<typeof ledgerOrigin>[1]);
  const checkpoint = signer.sign(checkpointText({ origin, size, root: rootOf(leaves) }));
  return JSON.stringify({ ...receipt, checkpoint, entries, passkeys });
}

/** The same everywhere: one digest for another, and other arguments of the action. */
export function otherAction(receipt: ReceiptJson, args: (args: JsonObject) => JsonObject) {
  const asked = receipt.entries
    .map((entry) => ({
      ...read(entry.body),
      ...Object.assign({}, ...Object.values(entry.personal ?? {}).map((one) => read(one?.text ?? '{}'))),
    }))
    .find((body: JsonObject) => 'args' in body) as JsonObject;
  const { run, agentVersion, connector, tool, toolSchemaHash } = asked;
  const { tenant, approval } = receipt;
  const now = args(asked['args'] as JsonObject);
  const action = { tenant, approval, run, agentVersion, connector, tool, toolSchemaHash, args: now };
  const digest = actionDigest(action as unknown as Action);
  return {
    digest,
    change: (value: JsonObject): JsonObject => ({
      ...value,
      ...('args' in value ? { args: now } : {}),
      ...('actionDigest' in value ? { actionDigest: digest } : {}),
    }),
  };
}
