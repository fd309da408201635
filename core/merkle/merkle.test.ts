import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { appendLeaves, EMPTY_FRONTIER, frontierNodes, rootOf } from './frontier.ts';
import { EMPTY_ROOT, hashNode, type Hash } from './hashes.ts';
import { proofRanges, provesConsistency, provesInclusion, provesSubtree } from './proof.ts';
import { isSubtree, wholeNodesOf, type Range } from './ranges.ts';

const Bytes = z
  .string()
  .nullable()
  .transform((text): Hash => Uint8Array.from(Buffer.from(text ?? '', 'base64')));
const Vector = z.object({
  case: z.string(),
  wantErr: z.boolean(),
  proof: z.array(Bytes).nullable(),
  ...{ leafIdx: z.number(), treeSize: z.number(), size1: z.number(), size2: z.number() },
  ...{ start: z.number(), end: z.number(), size: z.number() },
  ...{ root: Bytes, leafHash: Bytes, root1: Bytes, root2: Bytes },
}).partial().required({ case: true, wantErr: true }); // prettier-ignore
const NONE: Hash = new Uint8Array();

/** transparency-dev/merkle's own cases of four kinds. */
const vectors = readFileSync(join(import.meta.dirname, '../../test/data/rfc6962-vectors.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Vector.parse(JSON.parse(line)));

function isProved(vector: z.infer<typeof Vector>): boolean {
  const { leafIdx = 0, start = 0, end = 0 } = vector;
  const { root = NONE, root1 = NONE, root2 = NONE, leafHash = NONE } = vector;
  const proof = vector.proof ?? [];
  switch (vector.case.split('/')[0]) {
    case 'inclusion':
      return provesInclusion({ index: leafIdx, leaf: leafHash, size: vector.treeSize ?? 0, root, proof });
    case 'consistency':
      return provesConsistency({
        earlier: { size: vector.size1 ?? 0, root: root1 },
        later: { size: vector.size2 ?? 0, root: root2 },
        proof,
      });
    case 'subtreeinclusion':
      return (
        isSubtree({ start, end }, end) &&
        provesInclusion({ index: leafIdx - start, leaf: leafHash, size: end - start, root, proof })
      );
    case 'subtreeconsistency':
      return provesSubtree({
        ...{ subtree: { start, end }, subtreeRoot: root1 },
        ...{ size: vector.size ?? 0, root: root2, proof },
      });
    default:
      throw new Error(`a case of no kind: ${vector.case}`);
  }
}

describe('attack 53: all 518 cases of transparency-dev/merkle', () => {
  test('are there, 482 of them to be refused', () => {
    expect(vectors).toHaveLength(518);
    expect(vectors.filter(({ wantErr }) => wantErr)).toHaveLength(482);
  });
  test.each(vectors.map((vector) => [vector.case, vector] as const))('%s', (_, vector) => {
    expect(isProved(vector)).toBe(!vector.wantErr);
  });
});

const leafOf = (n: number): Hash => Uint8Array.from({ length: 32 }, (_, i) => (n * 31 + i * 7) % 256);
const LEAVES = Array.from({ length: 300 }, (_, i) => leafOf(i));

/** MTH as RFC 6962 writes it down, without any of the code under test but the hash of two. */
function slowRoot(leaves: readonly Hash[]): Hash {
  const [first] = leaves;
  if (first === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return first;
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return hashNode(slowRoot(leaves.slice(0, k)), slowRoot(leaves.slice(k)));
}
const over = ({ start, end }: Range): Hash => slowRoot(LEAVES.slice(start, end));

describe('a tree that grows', () => {
  test('has the root of RFC 6962 at every size, however its leaves come', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (a, b) => {
        const [cut, size] = [Math.min(a, b), Math.max(a, b)];
        const half = appendLeaves(EMPTY_FRONTIER, LEAVES.slice(0, cut));
        const whole = appendLeaves(half, LEAVES.slice(cut, size));
        expect(whole.size).toBe(size);
        expect(rootOf(whole.hashes)).toEqual(over({ start: 0, end: size }));
      }),
    );
  });

  test('tells every whole node once, from which it can be continued', () => {
    const kept = new Map<string, Hash>();
    appendLeaves(EMPTY_FRONTIER, LEAVES, ({ level, index }, hash) => {
      expect(kept.has(`${level}/${index}`)).toBe(false);
      kept.set(`${level}/${index}`, hash);
    });
    for (let size = 0; size <= LEAVES.length; size += 1) {
      const hashes = frontierNodes(size).map(({ level, index }) => kept.get(`${level}/${index}`) ?? NONE);
      expect(rootOf(hashes)).toEqual(over({ start: 0, end: size }));
    }
  });
});

describe('a proof', () => {
  const trees = fc.integer({ min: 1, max: 300 }).chain((size) =>
    fc
      .record({ size: fc.constant(size), level: fc.nat(9), at: fc.nat(size - 1), length: fc.nat(512) })
      .map(({ level, at, length }) => {
        const whole = 2 ** level;
        const start = Math.floor(at / whole) * whole;
        return { size, subtree: { start, end: Math.min(size, start + 1 + (length % whole)) } };
      }),
  );
  const claimOf = ({ size, subtree }: { size: number; subtree: Range }) => ({
    ...{ subtree, subtreeRoot: over(subtree), size, root: over({ start: 0, end: size }) },
    proof: proofRanges(subtree, size).map(over),
  });

  test('of any subtree holds, also from whole nodes alone', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(provesSubtree(claimOf(tree))).toBe(true);
        for (const range of proofRanges(tree.subtree, tree.size)) {
          const nodes = wholeNodesOf(range).map(({ level, index }) =>
            over({ start: index * 2 ** level, end: (index + 1) * 2 ** level }),
          );
          expect(rootOf(nodes)).toEqual(over(range));
        }
      }),
    );
  });

  test('does not hold with a bit changed, a hash more or less, or two in the other order', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(255), (tree, at, bit) => {
        const claim = claimOf(tree);
        const flipped = (hash: Hash) =>
          hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        const i = at % Math.max(1, claim.proof.length);
        const changed = claim.proof.map((hash, n) => (n === i ? flipped(hash) : hash));
        expect(provesSubtree({ ...claim, root: flipped(claim.root) })).toBe(false);
        expect(provesSubtree({ ...claim, subtreeRoot: flipped(claim.subtreeRoot) })).toBe(false);
        expect(provesSubtree({ ...claim, proof: [...claim.proof, claim.root] })).toBe(false);
        if (claim.proof.length === 0) return;
        expect(provesSubtree({ ...claim, proof: changed })).toBe(false);
        expect(provesSubtree({ ...claim, proof: claim.proof.slice(1) })).toBe(false);
        if (claim.proof.length > 1)
          expect(provesSubtree({ ...claim, proof: [...claim.proof].reverse() })).toBe(false);
      }),
    );
  });

  test('is asked of subtrees only', () => {
    expect(() => proofRanges({ start: 1, end: 3 }, 8)).toThrow(RangeError);
    expect(() => proofRanges({ start: 0, end: 9 }, 8)).toThrow(RangeError);
    expect(isSubtree({ start: 0, end: 2 ** 53 }, 2 ** 53)).toBe(false);
  });
});
