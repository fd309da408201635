import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, type JsonObject } from './canonical-json.ts';
import { escapeConfusables } from './confusables.ts';
import type { Detail } from './detail.ts';
import type { Why } from './words.ts';

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

/** What the whole view can show, some twenty pages: beyond that nobody would read what they sign. */
export const WHOLE_LIMITS = { arguments: 60, charactersEach: 20_000, bytesInAll: 60_000 } as const;

/** One of several requests on one page, each to be seen whole. */
const TOGETHER_LIMITS = { arguments: 6, charactersEach: 300, bytesInAll: 800 } as const;

type Limits = { readonly [key in keyof typeof ARGUMENT_LIMITS]: number };

function whyBeyond(limits: Limits, args: JsonObject): Detail | null {
  const entries = Object.entries(args);
  if (entries.length > limits.arguments)
    return tooBig('too-many-arguments', entries.length, limits.arguments);
  for (const [name, value] of entries) {
    const length = shownLength(value);
    if (length > limits.charactersEach)
      return tooBig('argument-too-long', length, limits.charactersEach, name);
  }
  const bytes = utf8ToBytes(canonicalJson(args)).length;
  return bytes > limits.bytesInAll ? tooBig('too-many-bytes', bytes, limits.bytesInAll) : null;
}

/**
 * Why a card cannot show these arguments whole, as the detail of a refusal, or null when it can. Such an action is signed
 * in the whole view only: nobody signs what they cannot see.
 */
export const whyArgumentsDoNotFit = (args: JsonObject): Detail | null => whyBeyond(ARGUMENT_LIMITS, args);

/** Why not even the whole view can show them; then nobody is asked. */
export const whyNobodyCouldRead = (args: JsonObject): Detail | null => whyBeyond(WHOLE_LIMITS, args);

/** Small enough to be read and signed beside others. */
export const fitsTogether = (args: JsonObject): boolean => whyBeyond(TOGETHER_LIMITS, args) === null;
