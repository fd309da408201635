import { sha256 } from '@noble/hashes/sha2.js';

/** 32 bytes of SHA-256. */
export type Hash = Uint8Array;

/** The root of a tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array());

const NODE_BYTES = 65;

/** SHA-256 of bytes. Whoever hashes a million brings a faster one than is here. */
export type HashBytes = (bytes: Uint8Array) => Hash;

/** SHA-256(0x01 || left || right): an inner node (RFC 6962, section 2.1). A leaf's own hash is `entryHash`. */
export function hashNode(left: Hash, right: Hash, hash: HashBytes = sha256): Hash {
  const bytes = new Uint8Array(NODE_BYTES);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return hash(bytes);
}

export const sameHash = (a: Hash, b: Hash): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
