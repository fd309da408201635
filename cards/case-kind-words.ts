import type { GoldenCase } from '../core/evals/golden-case.ts';
import type { Language } from '../core/language.ts';

/** What each kind of golden case is called. */
export const CASE_KIND_WORDS: Readonly<Record<Language, Readonly<Record<GoldenCase['kind'], string>>>> = {
  en: {
    easy: 'easy',
    hard: 'hard',
    ambiguous: 'ambiguous',
    hostile: 'hostile',
    'no-answer': 'no answer',
  },
  de: {
    easy: 'leicht',
    hard: 'schwer',
    ambiguous: 'mehrdeutig',
    hostile: 'feindlich',
    'no-answer': 'ohne Antwort',
  },
};
