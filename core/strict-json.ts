import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, NotCanonicalError, type Json } from './canonical-json.ts';

export interface JsonLimits {
  /** UTF-8 bytes of the text. */
  readonly maxBytes: number;
  /** Objects and arrays inside each other. */
  readonly maxDepth: number;
}

export const JSON_LIMITS: JsonLimits = { maxBytes: 256 * 1024, maxDepth: 64 };

/** Strings, or the punctuation that opens, closes and separates. Numbers and words lie between. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

/** Says why the text must not be parsed: too deep, or a key given twice (RFC 8259 leaves that open, so we refuse). */
function refuseShape(text: string, limits: JsonLimits): void {
  const open: ({ keys: Set<string>; wantsKey: boolean } | null)[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === '{' || token === '[') {
      open.push(token === '{' ? { keys: new Set(), wantsKey: true } : null);
      if (open.length > limits.maxDepth)
        throw new NotCanonicalError('', 'too-deep', `is nested more than ${limits.maxDepth} deep`);
    } else if (token === '}' || token === ']') open.pop();
    else if (inside && token === ',') inside.wantsKey = true;
    else if (inside && token.startsWith('"') && inside.wantsKey) {
      const key = String(parse(token));
      if (key === '__proto__')
        throw new NotCanonicalError(key, 'key-not-allowed', 'is a key that is not allowed');
      if (inside.keys.has(key)) throw new NotCanonicalError(key, 'key-twice', 'is given twice');
      inside.keys.add(key);
      inside.wantsKey = false;
    }
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new NotCanonicalError('', 'no-json', 'is not JSON');
  }
}

/** Does any string or key hold the character NUL, which Postgres cannot store. */
export function holdsNul(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => key.includes('\0') || holdsNul(item));
}

/**
 * JSON text to a value that has exactly one canonical form (RFC 8785). For everything that is signed or digested.
 * @throws NotCanonicalError for text that is no JSON, too long, too deep, or names a key twice; for integers beyond
 * 2^53, numbers beyond a double, lone surrogates, NUL and text not in NFC.
 */
export function parseStrictJson(text: string, limits: JsonLimits = JSON_LIMITS): Json {
  if (text.length > limits.maxBytes || utf8ToBytes(text).length > limits.maxBytes)
    throw new NotCanonicalError('', 'too-long', `is longer than ${limits.maxBytes} bytes`);
  refuseShape(text, limits);
  const value = parse(text);
  canonicalJson(value);
  if (holdsNul(value)) throw new NotCanonicalError('', 'nul', 'holds the character NUL');
  return value;
}
