import {
  appendLeaves,
  EMPTY_FRONTIER,
  frontierNodes,
  rootOf,
  type Frontier,
} from '../../core/merkle/frontier.ts';
import type { Hash } from '../../core/merkle/hashes.ts';
import { proofRanges } from '../../core/merkle/proof.ts';
import { wholeNodesOf, type Range, type WholeNode } from '../../core/merkle/ranges.ts';
import type { TenantTx } from '../database.ts';
import { sha256Bytes } from './sha256.ts';

/** Whole nodes are kept at every eighth level, so that none is made from more than 256 others. */
export const KEPT_EVERY = 8;
const PAGE = 4_096;

const ENTRIES = `SELECT decode(entry_hash, 'hex') AS hash FROM ledger_entries WHERE seq > $1 AND seq <= $2 ORDER BY seq`;
const NODES = `SELECT hash FROM ledger_nodes WHERE level = $3 AND index >= $1 AND index < $2 ORDER BY index`;

/** The hashes from `start` up to and without `end` on one level; level 0 are the entries, whose numbers begin with 1. */
async function readLevel(tx: TenantTx, level: number, { start, end }: Range): Promise<Hash[]> {
  const rows =
    level === 0
      ? await tx.rows<{ hash: Hash }>({ name: 'tree_entries', text: ENTRIES, values: [start, end] })
      : await tx.rows<{ hash: Hash }>({ name: 'tree_nodes', text: NODES, values: [start, end, level] });
  if (rows.length !== end - start)
    throw new Error(`the ledger's tree lacks nodes of level ${level} between ${start} and ${end}`);
  return rows.map(({ hash }) => hash);
}

/** One whole node, from the kept ones below it. */
async function hashOf(tx: TenantTx, { level, index }: WholeNode): Promise<Hash> {
  const below = level - (level % KEPT_EVERY);
  const width = 2 ** (level - below);
  const hashes = await readLevel(tx, below, { start: index * width, end: (index + 1) * width });
  return rootOf(appendLeaves(EMPTY_FRONTIER, hashes).hashes);
}

async function hashesOf(tx: TenantTx, nodes: readonly WholeNode[]): Promise<Hash[]> {
  const hashes: Hash[] = [];
  for (const node of nodes) hashes.push(await hashOf(tx, node));
  return hashes;
}

/** The tree of the first `size` entries, as far as it takes to add to it. The nodes up to there have to be kept. */
export const readFrontier = async (tx: TenantTx, size: number): Promise<Frontier> => ({
  size,
  hashes: await hashesOf(tx, frontierNodes(size)),
});

/** Adds the entries up to `size`, a page at a time, and keeps the whole nodes that came to be. */
export async function growTree(tx: TenantTx, from: Frontier, size: number): Promise<Frontier> {
  let tree = from;
  while (tree.size < size) {
    const end = Math.min(size, tree.size + PAGE);
    const kept: (WholeNode & { hash: Hash })[] = [];
    const leaves = await readLevel(tx, 0, { start: tree.size, end });
    const keep = (node: WholeNode, hash: Hash): void => {
      if (node.level > 0 && node.level % KEPT_EVERY === 0) kept.push({ ...node, hash });
    };
    tree = appendLeaves(tree, leaves, keep, sha256Bytes);
    await tx.rows({
      text: `INSERT INTO ledger_nodes (tenant, level, index, hash)
        SELECT current_tenant(), * FROM unnest($1::int[], $2::bigint[], $3::bytea[])`,
      values: [kept.map(({ level }) => level), kept.map(({ index }) => index), kept.map(({ hash }) => hash)],
    });
  }
  return tree;
}

/** The hashes that prove a subtree of the tree of `size` entries; see `proofRanges`. @throws RangeError */
export async function readProof(tx: TenantTx, subtree: Range, size: number): Promise<Hash[]> {
  const hashes: Hash[] = [];
  for (const range of proofRanges(subtree, size))
    hashes.push(rootOf(await hashesOf(tx, wholeNodesOf(range))));
  return hashes;
}
