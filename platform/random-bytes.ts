import { randomBytes } from 'node:crypto';

const POOL_BYTES = 4_096;
let pool = Buffer.alloc(0);

/** Random bytes, drawn from the kernel for many uses at once, each handed out once: asking for each costs more than sealing. */
export function drawRandom(bytes: number): Buffer {
  if (pool.length < bytes) pool = randomBytes(Math.max(bytes, POOL_BYTES));
  const drawn = Buffer.from(pool.subarray(0, bytes));
  pool.fill(0, 0, bytes);
  pool = pool.subarray(bytes);
  return drawn;
}
