import { EMPTY_ROOT, hashNode, sameHash, type Hash } from './hashes.ts';
import { isSubtree, splitOf, type Range } from './ranges.ts';

const HASH_BYTES = 32;

/**
 * The ranges whose hashes, in this order, prove that a subtree belongs to the tree of `size` leaves: SUBTREE_PROOF of
 * draft-ietf-plants-merkle-tree-certs, section 4.4. Over one leaf it is RFC 6962's audit path, over the first `n` leaves
 * its consistency proof.
 * @throws RangeError when there is no such subtree
 */
export function proofRanges(subtree: Range, size: number): Range[] {
  if (!isSubtree(subtree, size)) throw new RangeError('no subtree of this tree');
  return subtree.start === subtree.end ? [] : walk(subtree, { start: 0, end: size }, true);
}

/** `known`: whoever checks has the subtree's hash, so that it need not be in the proof. */
function walk(subtree: Range, tree: Range, known: boolean): Range[] {
  if (subtree.start === tree.start && subtree.end === tree.end) return known ? [] : [tree];
  const middle = tree.start + splitOf(tree.end - tree.start);
  const left = { start: tree.start, end: middle };
  const right = { start: middle, end: tree.end };
  if (subtree.end <= middle) return [...walk(subtree, left, known), right];
  if (subtree.start >= middle) return [...walk(subtree, right, known), left];
  return [...walk({ start: middle, end: subtree.end }, right, false), left];
}

/** What a proof comes to, if it is one. */
interface Roots {
  readonly subtree: Hash;
  readonly tree: Hash;
}

/** Rebuilds both roots along the same way; null when the proof ends too early. */
function rebuild(subtree: Range, tree: Range, known: Hash | null, take: () => Hash | null): Roots | null {
  if (subtree.start === tree.start && subtree.end === tree.end) {
    const hash = known ?? take();
    return hash && { subtree: hash, tree: hash };
  }
  const middle = tree.start + splitOf(tree.end - tree.start);
  const left = { start: tree.start, end: middle };
  const right = { start: middle, end: tree.end };
  const onLeft = subtree.end <= middle;
  const across = !onLeft && subtree.start < middle;
  const below = across
    ? rebuild({ start: middle, end: subtree.end }, right, null, take)
    : rebuild(subtree, onLeft ? left : right, known, take);
  const sibling = below && take();
  if (!sibling) return null;
  if (onLeft) return { subtree: below.subtree, tree: hashNode(below.tree, sibling) };
  return {
    subtree: across ? hashNode(sibling, below.subtree) : below.subtree,
    tree: hashNode(sibling, below.tree),
  };
}

/** What is said of a subtree, and the hashes that are to prove it. */
export interface SubtreeClaim {
  readonly subtree: Range;
  readonly subtreeRoot: Hash;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

/**
 * Whether the subtree with this hash is in the tree with that root. An empty subtree says nothing about the tree, so its
 * root alone is looked at. Whatever has no such shape is not proved.
 */
export function provesSubtree({ subtree, subtreeRoot, size, root, proof }: SubtreeClaim): boolean {
  if (!isSubtree(subtree, size)) return false;
  // with no proof two roots are only compared, and are equal or not, whatever they are
  if (proof.length > 0 && ![subtreeRoot, ...proof].every((hash) => hash.length === HASH_BYTES)) return false;
  if (subtree.start === subtree.end) return proof.length === 0 && sameHash(subtreeRoot, EMPTY_ROOT);
  let taken = 0;
  const roots = rebuild(subtree, { start: 0, end: size }, subtreeRoot, () => proof[taken++] ?? null);
  if (roots === null || taken !== proof.length) return false;
  return sameHash(roots.subtree, subtreeRoot) && sameHash(roots.tree, root);
}

/** Whether the entry with this leaf hash stands at `index`, counted from 0 (RFC 6962, section 2.1.1). */
export const provesInclusion = (claim: {
  readonly index: number;
  readonly leaf: Hash;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}): boolean =>
  claim.leaf.length === HASH_BYTES &&
  provesSubtree({
    ...{ subtree: { start: claim.index, end: claim.index + 1 }, subtreeRoot: claim.leaf },
    ...{ size: claim.size, root: claim.root, proof: claim.proof },
  });

/** Whether the later tree only added to the earlier (RFC 6962, section 2.1.2). An empty one proves nothing. */
export const provesConsistency = (claim: {
  readonly earlier: { readonly size: number; readonly root: Hash };
  readonly later: { readonly size: number; readonly root: Hash };
  readonly proof: readonly Hash[];
}): boolean =>
  claim.earlier.size > 0 &&
  provesSubtree({
    ...{ subtree: { start: 0, end: claim.earlier.size }, subtreeRoot: claim.earlier.root },
    ...{ size: claim.later.size, root: claim.later.root, proof: claim.proof },
  });
