/** Patterns of personal data that must not leave in an answer, nor stay in what is kept; checked by sum where the kind has one. */
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})*\.\p{L}{2,24}/u;
const CARD = /(?<![\d])(?:\d[ -]?){12,18}\d(?![\d])/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g;

/** Luhn's sum (ISO/IEC 7812-1, annex B). */
function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1+$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const n = Number(digit) * (i % 2 === 1 ? 2 : 1);
    return total + (n > 9 ? n - 9 : n);
  }, 0);
  return sum % 10 === 0;
}

/** ISO 13616: the first four characters moved to the end, letters as numbers, modulo 97 is 1. */
function isIban(text: string): boolean {
  const plain = text.replace(/ /g, '');
  if (plain.length < 15 || plain.length > 34) return false;
  const moved = plain.slice(4) + plain.slice(0, 4);
  let rest = 0;
  for (const character of moved) {
    const value = parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

export type Leak = 'card number' | 'email address' | 'IBAN';

/** The kinds of personal data found in a text, never the data. */
export function findLeaks(text: string): Leak[] {
  const plain = text.normalize('NFKC').replace(/[\u200B-\u200D\u2060\uFEFF]/g, '');
  return [
    ...((plain.match(CARD) ?? []).some(isCard) ? (['card number'] as const) : []),
    ...(EMAIL.test(plain) ? (['email address'] as const) : []),
    ...((plain.match(IBAN) ?? []).some(isIban) ? (['IBAN'] as const) : []),
  ];
}

const ALL_EMAILS = new RegExp(EMAIL.source, 'gu');
/** Nine digits or more as telephones are written; days, amounts and names of records are none. */
const PHONE = /(?<![\w.,£€$-])(?:\+|00|\(?0)\d[\d ()/.-]{6,18}\d(?!\w)/g;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const REMOVED = '[…]';

/** Longer names first, so that a whole name goes before its parts. */
const namesIn = (names: readonly string[]): RegExp | null => {
  const parts = names
    .flatMap((name) => [name, ...name.split(/\s+/)])
    .filter((part) => [...part].length >= 3)
    .sort((a, b) => b.length - a.length)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return parts.length === 0 ? null : new RegExp(`(?<!\\p{L})(?:${parts.join('|')})(?!\\p{L})`, 'giu');
};

/**
 * The text without what tells who somebody is, as far as rules find it: addresses, cards, accounts, telephones and the names
 * that are given. Names that nobody gives are not found: whoever keeps the text reads it first.
 */
export function withoutPersonalData(text: string, names: readonly string[] = []): string {
  const plain = text.normalize('NFKC').replace(/[\u200B-\u200D\u2060\uFEFF]/g, '');
  const known = namesIn(names);
  const cut = plain
    .replace(ALL_EMAILS, REMOVED)
    .replace(IBAN, (found) => (isIban(found) ? REMOVED : found))
    .replace(CARD, (found) => (isCard(found) ? REMOVED : found))
    .replace(PHONE, (found) => (DAY.test(found.trim()) ? found : REMOVED));
  return known === null ? cut : cut.replace(known, REMOVED);
}

/** The text without these names as they are written, and nothing for their parts: “Will” alone is a word as well. */
export function withoutWholeNames(text: string, names: readonly string[]): string {
  const whole = names
    .filter((name) => name.trim().includes(' '))
    .sort((a, b) => b.length - a.length)
    .map((name) => name.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (whole.length === 0) return text;
  return text.replace(new RegExp(`(?<!\\p{L})(?:${whole.join('|')})(?!\\p{L})`, 'giu'), REMOVED);
}

/** `name`, `holderName`, `full_name`: under which a record says what somebody is called. */
const NAME_FIELD = /(?:^|_)name$|Name$/;
/** Two words or more, first and last with a capital: one word, a file or a sentence is no person's name. */
const FULL_NAME = /^\p{Lu}[\p{L}.'’-]*(?: [\p{L}.'’-]+)* \p{Lu}[\p{L}.'’-]*$/u;
const LONGEST_NAME = 80;

/** The names of people that stand in a record, wherever in it. A company's may be among them: too much is taken, not too little. */
export function namesOf(record: unknown): string[] {
  if (typeof record !== 'object' || record === null) return [];
  return Object.entries(record).flatMap(([field, value]) => {
    if (typeof value !== 'string') return namesOf(value);
    const isName = NAME_FIELD.test(field) && value.length <= LONGEST_NAME && FULL_NAME.test(value.trim());
    return isName ? [value.trim()] : [];
  });
}
