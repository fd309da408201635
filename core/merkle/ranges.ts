/** The leaves from `start` up to and without `end`, counted from 0. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The largest power of two below `n`: where RFC 6962 splits a tree of `n` leaves. @throws RangeError for n < 2 */
export function splitOf(n: number): number {
  if (n < 2) throw new RangeError('a tree of fewer than two leaves has no split');
  // no shifts: these are safe for 32 bits only
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

/** Whether both are sizes or positions that can be: whole, not negative, exact as a number. */
const areCounts = (...numbers: readonly number[]): boolean =>
  numbers.every((one) => Number.isSafeInteger(one) && one >= 0);

/**
 * Whether a tree of `size` leaves can have a node over this range, seen from some size on: `start` is a multiple of the
 * smallest power of two that is not below the length (draft-ietf-plants-merkle-tree-certs, section 4.1).
 */
export function isSubtree({ start, end }: Range, size: number): boolean {
  if (!areCounts(start, end, size) || start > end || end > size) return false;
  let whole = 1;
  while (whole < end - start) whole *= 2;
  return start % whole === 0;
}

/** A node whose leaves are all there: `level` 0 is a leaf, 1 a pair ...; `index` counts such nodes from the left. */
export interface WholeNode {
  readonly level: number;
  readonly index: number;
}

/** The whole nodes that a range consists of, from the left; the fewest there are. The range has to be a subtree. */
export function wholeNodesOf({ start, end }: Range): WholeNode[] {
  const nodes: WholeNode[] = [];
  for (let at = start; at < end;) {
    let [level, width] = [0, 1];
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      level += 1;
      width *= 2;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}
