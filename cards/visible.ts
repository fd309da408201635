import { escapeConfusables } from '../core/confusables.ts';

/** Characters that deceive the eye are spelled out, e.g. `\u{202E}`. Done to every text of every card. */
export const visible = (text: string): string => escapeConfusables(text).text;
