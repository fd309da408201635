import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, type JsonObject } from './canonical-json.ts';
import { escapeConfusables } from './confusables.ts';
import type { Detail, Why } from './words.ts';

/**
 * What a card can show of an action without hiding anything: Slack takes ten fields of 2,000 characters and
 * 3,000 in a section, Teams about 28 KB a card in all, of which the rest of the body needs the larger part.
 */
export const ARGUMENT_LIMITS = { arguments: 10, charactersEach: 1500, bytesInAll: 6000 } as const;

/** As shown: characters that deceive the eye are spelled out, which takes more room. */
const shownLength = (value: unknown): number =>
  escapeConfusables(typeof value === 'string' ? value : canonicalJson(value)).text.length;

const tooBig = (why: Why, count: number, most: number, argument?: string): Detail => ({
  why,
  count,
  most,
  ...(argument === undefined ? {} : { argument }),
});

/**
 * Why these arguments cannot be shown whole, as the detail of a refusal, or null when they fit. Until the full view
 * exists an action that does not fit is refused: nobody signs what they cannot see.
 */
export function whyArgumentsDoNotFit(args: JsonObject): Detail | null {
  const entries = Object.entries(args);
  if (entries.length > ARGUMENT_LIMITS.arguments)
    return tooBig('too-many-arguments', entries.length, ARGUMENT_LIMITS.arguments);
  for (const [name, value] of entries) {
    const length = shownLength(value);
    if (length > ARGUMENT_LIMITS.charactersEach)
      return tooBig('argument-too-long', length, ARGUMENT_LIMITS.charactersEach, name);
  }
  const bytes = utf8ToBytes(canonicalJson(args)).length;
  return bytes > ARGUMENT_LIMITS.bytesInAll
    ? tooBig('too-many-bytes', bytes, ARGUMENT_LIMITS.bytesInAll)
    : null;
}
