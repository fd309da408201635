import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { drawRandom } from './random-bytes.ts';

/** Sealed bytes: version (1), key id (4), nonce (12), tag (16), ciphertext. AES-256-GCM, NIST SP 800-38D. */
const VERSION = 1;
const OVERHEAD = 1 + 4 + 12 + 16;

export interface Sealer {
  /** First eight hexadecimal digits of a digest of the key: says which key sealed, tells nothing of it. */
  readonly keyId: string;
  /** `boundTo` must be the same when opening, so that a sealed value cannot be moved to another row or tenant. */
  seal(plain: Uint8Array, boundTo: string): Buffer;
  /** @throws Error when the key is another, or anything was changed. */
  open(sealed: Uint8Array, boundTo: string): Buffer;
}

/** 32 bytes from base64, base64url or hexadecimal. @throws Error naming the variable, never the value. */
export function parseEncryptionKey(text: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length !== 32)
    throw new Error('COUNTERSIGN_ENCRYPTION_KEY must be 32 bytes, as base64 or 64 hexadecimal digits');
  return key;
}

/** A new key in the form that `COUNTERSIGN_ENCRYPTION_KEY` takes. */
export const newEncryptionKey = (): string => randomBytes(32).toString('base64');

/** Seals and opens with one key; `key` as in `COUNTERSIGN_ENCRYPTION_KEY`. */
export function createSealer(key: string): Sealer {
  const secret = parseEncryptionKey(key);
  const id = createHash('sha256').update('countersign key id').update(secret).digest().subarray(0, 4);
  const header = Buffer.concat([Buffer.of(VERSION), id]);
  return {
    keyId: id.toString('hex'),
    seal(plain, boundTo) {
      const nonce = drawRandom(12);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      cipher.setAAD(Buffer.concat([header, Buffer.from(boundTo)]));
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([header, nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, boundTo) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < OVERHEAD || bytes[0] !== VERSION) throw new Error('not a sealed value');
      if (!bytes.subarray(0, 5).equals(header))
        throw new Error(`sealed with another key (${bytes.subarray(1, 5).toString('hex')})`);
      const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(5, 17));
      decipher.setAAD(Buffer.concat([header, Buffer.from(boundTo)]));
      decipher.setAuthTag(bytes.subarray(17, 33));
      return Buffer.concat([decipher.update(bytes.subarray(33)), decipher.final()]);
    },
  };
}

/** Names by a keyed digest, as 64 hexadecimal digits: always the same for one text, and no guess can be tried without the key. */
export function createPseudonym(key: string): (text: string) => string {
  const secret = Buffer.from(hkdfSync('sha256', parseEncryptionKey(key), '', 'countersign pseudonym', 32));
  return (text) => createHmac('sha256', secret).update(text).digest('hex');
}
