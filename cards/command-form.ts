import type { Form } from './model.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';

/** What a command still needs to know, e.g. an agent's `inputForm`. */
export interface CommandQuestions {
  readonly command: string;
  /** What was typed already. */
  readonly words: string;
  readonly title: string;
  readonly fields: readonly { readonly name: string; readonly label: string; readonly placeholder: string }[];
}

/** A form for a command's missing arguments; comes back as a `command` press with the fields. */
export const commandForm = (
  { command, words, title, fields }: CommandQuestions,
  language: Language = 'en',
): Form => {
  const say = wordsIn(language);
  return {
    v: 1,
    language: say.language,
    verb: 'command',
    target: { kind: 'command', command, words },
    title,
    intro: [],
    inputs: fields.map(({ name, label, placeholder }) => ({
      kind: 'text',
      name,
      label,
      hint: '',
      placeholder,
      initial: '',
      required: true,
      maxLength: 300,
      currency: '',
      options: [],
    })),
    submit: say.go,
    cancel: say.cancel,
  };
};
