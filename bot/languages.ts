import type { Language } from '../core/language.ts';
import { ASK, SAY } from './words.ts';
import { ASK_GERMAN, HELP_GERMAN, SAY_GERMAN } from './words-german.ts';

const SAID: Readonly<Record<Language, typeof SAY>> = { en: SAY, de: SAY_GERMAN };
const ASKED: Readonly<Record<Language, typeof ASK>> = { en: ASK, de: ASK_GERMAN };

/** What the bot says to a reader of this language. */
export const sayIn = (language: Language = 'en'): typeof SAY => SAID[language];

/** Titles and labels of its forms. */
export const askIn = (language: Language = 'en'): typeof ASK => ASKED[language];

/** What `help` says of a command; the command itself says it in English. */
export const helpIn = <C extends { readonly name: string; readonly takes: string; readonly purpose: string }>(
  language: Language = 'en',
  { name, takes, purpose }: C,
): { readonly takes: string; readonly purpose: string } =>
  (language === 'de' ? HELP_GERMAN[name] : undefined) ?? { takes, purpose };
