import canonicalize from 'canonicalize';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Any value JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Lower-case hexadecimal SHA-256, 64 characters. */
export type Sha256 = string & { readonly __brand: 'Sha256' };

/** Why a value has no canonical form; the words for people are in the catalogues. */
export type NotCanonical =
  | 'surrogate'
  | 'not-nfc'
  | 'not-finite'
  | 'too-large'
  | 'undefined'
  | 'no-json-value'
  | 'no-form'
  | 'too-deep'
  | 'key-not-allowed'
  | 'key-twice'
  | 'no-json'
  | 'too-long'
  | 'nul';

/** A value that has no single canonical form, or would lose something on the way to it. */
export class NotCanonicalError extends Error {
  readonly code = 'not_canonical';
  constructor(
    readonly path: string,
    readonly form: NotCanonical,
    why: string,
  ) {
    super(`${path || 'the value'}: ${why}`);
  }
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Nearly every text: nothing in it has another form. */
const ASCII = /^[\x20-\x7e]*$/;

function refuseText(text: string, path: string): void {
  if (ASCII.test(text)) return;
  if (LONE_SURROGATE.test(text))
    throw new NotCanonicalError(path, 'surrogate', 'holds half of a surrogate pair');
  if (text.normalize('NFC') !== text)
    throw new NotCanonicalError(path, 'not-nfc', 'is not in Unicode form NFC');
}

function refuse(value: unknown, path: string): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') return refuseText(value, path);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotCanonicalError(path, 'not-finite', 'is not a finite number');
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      throw new NotCanonicalError(path, 'too-large', 'is an integer beyond 2^53; send it as a string');
    return;
  }
  if (Array.isArray(value)) return value.forEach((item, i) => refuse(item, `${path}[${i}]`));
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    for (const [key, item] of Object.entries(value)) {
      refuseText(key, `${path}.${key}`);
      refuse(item, path ? `${path}.${key}` : key);
    }
    return;
  }
  if (value === undefined) throw new NotCanonicalError(path, 'undefined', 'is undefined');
  throw new NotCanonicalError(path, 'no-json-value', 'is not a JSON value');
}

/**
 * RFC 8785 (JSON Canonicalization Scheme) text of a value, or a refusal.
 * @throws NotCanonicalError for integers beyond 2^53, undefined, lone surrogates, text not in NFC.
 */
export function canonicalJson(value: unknown): string {
  refuse(value, '');
  const text = canonicalize(value);
  if (text === undefined) throw new NotCanonicalError('', 'no-form', 'has no canonical form');
  return text;
}

/** SHA-256 of a text's UTF-8 bytes. */
export const sha256Text = (text: string): Sha256 => bytesToHex(sha256(utf8ToBytes(text))) as Sha256;

/** SHA-256 over the canonical JSON of a value. @throws NotCanonicalError */
export const digestOf = (value: unknown): Sha256 => sha256Text(canonicalJson(value));
