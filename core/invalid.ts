import type { z } from 'zod';
import { INVALID_ENGLISH, INVALID_GERMAN, type InvalidWords } from './invalid-words.ts';
import { LOCALES, type Language } from './language.ts';

const WORDS: Readonly<Record<Language, InvalidWords>> = { en: INVALID_ENGLISH, de: INVALID_GERMAN };
const MOST_SAID = 5;

/** `rules[1].require.stages[2].quorum`: numbered as a person counts. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step + 1}]` : `${text}${text === '' ? '' : '.'}${String(step)}`,
    '',
  );

const json = (values: readonly unknown[]): string => values.map((one) => JSON.stringify(one)).join(', ');

type Bound = Extract<z.core.$ZodIssue, { code: 'too_small' | 'too_big' }>;

function boundText(words: InvalidWords, issue: Bound, language: Language): string {
  const small = issue.code === 'too_small';
  const limit = (small ? issue.minimum : issue.maximum).toLocaleString(LOCALES[language]);
  if (issue.origin === 'string' || issue.origin === 'array')
    return small ? words.shortest(limit) : words.longest(limit);
  if (issue.inclusive === false) return small ? words.above(limit) : words.below(limit);
  return small ? words.least(limit) : words.most(limit);
}

function issueText(issue: z.core.$ZodIssue, language: Language): string {
  const words = WORDS[language];
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? words.missing
        : words.type(words.types[issue.expected] ?? issue.expected);
    case 'invalid_value':
      return words.oneOf(json(issue.values));
    case 'too_small':
    case 'too_big':
      return boundText(words, issue, language);
    case 'unrecognized_keys':
      return words.unknown(json(issue.keys));
    default:
      return words.other;
  }
}

/**
 * What is wrong with something that was written by hand: where, and what should stand there, in the reader's language. To
 * be told what is missing from what is wrong, it wants issues of a parse with `reportInput`.
 */
export function whyInvalid(issues: readonly z.core.$ZodIssue[], language: Language = 'en'): string {
  const said = issues.map((issue) => `${pathText(issue.path)} ${issueText(issue, language)}`.trim());
  return `${[...new Set(said)].slice(0, MOST_SAID).join('; ')}.`;
}
