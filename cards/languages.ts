import type { Language } from '../core/language.ts';
import { GERMAN } from './words-german.ts';
import { WORDS, type CardWords } from './words.ts';

const LANGUAGES: Readonly<Record<Language, CardWords>> = { en: WORDS, de: GERMAN };

/** The catalogue of a language; English where nobody's language is known. */
export const wordsIn = (language: Language = 'en'): CardWords => LANGUAGES[language];
