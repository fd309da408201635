import { randomBytes } from 'node:crypto';

export const SALT_BYTES = 32;
let pool = Buffer.alloc(0);

/** Random bytes are drawn for many salts at once: asking the kernel for each would be done under the head's lock. */
export function newSalt(): Uint8Array {
  if (pool.length < SALT_BYTES) pool = randomBytes(SALT_BYTES * 128);
  const salt = Uint8Array.from(pool.subarray(0, SALT_BYTES));
  pool = pool.subarray(SALT_BYTES);
  return salt;
}
