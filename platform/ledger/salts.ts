import { drawRandom } from '../random-bytes.ts';

export const SALT_BYTES = 32;

export const newSalt = (): Uint8Array => Uint8Array.from(drawRandom(SALT_BYTES));
