import { EMPTY_ROOT, hashNode, type Hash, type HashBytes } from './hashes.ts';
import { wholeNodesOf, type WholeNode } from './ranges.ts';

/** A tree as far as whoever only appends to it has to know it: the hashes of the whole nodes it consists of, from the left. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Hash[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The tree with these leaf hashes added; `keep` is told of every whole node that it gained, leaves too. */
export function appendLeaves(
  frontier: Frontier,
  leaves: Iterable<Hash>,
  keep: (node: WholeNode, hash: Hash) => void = () => {},
  sha256?: HashBytes,
): Frontier {
  const hashes = [...frontier.hashes];
  let { size } = frontier;
  for (const leaf of leaves) {
    let hash = leaf;
    let [level, index] = [0, size];
    keep({ level, index }, hash);
    while (index % 2 === 1) {
      hash = hashNode(hashes.pop() as Hash, hash, sha256);
      [level, index] = [level + 1, (index - 1) / 2];
      keep({ level, index }, hash);
    }
    hashes.push(hash);
    size += 1;
  }
  return { size, hashes };
}

/** The root over whole nodes that stand beside each other, from the left: the last two are joined first. */
export const rootOf = (hashes: readonly Hash[]): Hash =>
  hashes.reduceRight<Hash | null>((right, left) => (right === null ? left : hashNode(left, right)), null) ??
  EMPTY_ROOT;

/** The nodes whose hashes a tree of this size is continued from. */
export const frontierNodes = (size: number): WholeNode[] => wholeNodesOf({ start: 0, end: size });
