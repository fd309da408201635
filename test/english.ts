import { signWords } from '../cards/sign-words.ts';
import { WORDS } from '../cards/words.ts';
import { pagesIn } from '../bot/link/words.ts';
import { installWordsIn } from '../bot/words-install.ts';
import { ASK, SAY } from '../bot/words.ts';
import { INVALID_ENGLISH } from '../core/invalid-words.ts';
import { LEDGER_ENGLISH } from '../core/ledger-words-english.ts';
import { LINT_ENGLISH } from '../core/policy-lint-words.ts';
import { ENGLISH } from '../core/words-english.ts';

/** Stands for whatever a sentence is told; what is left between two of them is ours. */
const GAP = '\u0001';
const FEWEST_WORDS = 3;

/** Answers to every name, and to being asked for a name or a time. */
const anything: unknown = new Proxy(() => GAP, {
  get: (_, key) =>
    key === Symbol.toPrimitive || key === 'toString' || key === 'toLocaleString' ? () => GAP : anything,
});

/** With texts, with figures for which words differ, and with all that a detail could hold. */
const GIVEN: readonly (readonly unknown[])[] = [
  [GAP, GAP, GAP, GAP],
  [3, 3, 3, 3],
  [1, 1, 1, 1],
  [anything, anything, anything],
  [{}, anything],
];

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function')
    return GIVEN.flatMap((given) => {
      try {
        return [String((value as (...all: readonly unknown[]) => unknown)(...given))];
      } catch {
        // Not every sentence takes every kind of thing.
        return [];
      }
    });
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();

const PAGES = [signWords('en'), pagesIn('en'), installWordsIn('en')];

/** Every part of an English sentence of three words or more, as the catalogues have them. */
export const ENGLISH_PARTS: readonly string[] = [
  ...new Set(
    [WORDS, SAY, ASK, ENGLISH, LEDGER_ENGLISH, LINT_ENGLISH, INVALID_ENGLISH, ...PAGES]
      .flatMap(textsOf)
      .flatMap((text) => text.split(/[\u0001\d]+/))
      .map((part) => squeezed(part.replace(/^[\s.,;:()"]+|[\s.,;:()"]+$/g, '')))
      .filter((part) => part.split(' ').filter((word) => /^\p{L}{2,}/u.test(word)).length >= FEWEST_WORDS),
  ),
];

/** Words that no German sentence holds. */
const ONLY_ENGLISH =
  /(?<![\p{L}\p{N}_./@-])(?:the|and|of|is|are|with|your|this|have|has|not|you|which|from|be|by|been|that|there|for|to|no|yes|when|who|it)(?![\p{L}\p{N}_./@-])/giu;

const sorted = new WeakMap<readonly string[], readonly string[]>();

function longestFirst(data: readonly string[]): readonly string[] {
  const known = sorted.get(data);
  if (known) return known;
  const all = [...new Set(data.map(squeezed))].filter((one) => one.length > 3);
  all.sort((a, b) => b.length - a.length);
  sorted.set(data, all);
  return all;
}

/** A text without what it shows of others. */
export const withoutData = (text: string, data: readonly string[]): string =>
  longestFirst(data).reduce((left, one) => left.replaceAll(one, GAP), squeezed(text));

/** The English sentences of ours, or parts of them, that a text holds; also one that is JSON. */
export const englishPartsIn = (text: string): string[] =>
  ENGLISH_PARTS.filter((part) => squeezed(text).includes(part));

/** The English of ours that a text holds; `data`: what it shows of others, in whose words it stays. */
export function englishIn(text: string, data: readonly string[] = []): string[] {
  const rest = withoutData(text, data);
  const parts = englishPartsIn(rest);
  const words = [...rest.matchAll(ONLY_ENGLISH)].map(({ index, 0: word }) =>
    rest.slice(Math.max(0, index - 25), index + word.length + 25),
  );
  return [...parts, ...words];
}
