import type { Block, Form, FormInput } from './model.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import { text } from './spans.ts';

/** One question: a line of text that must be answered, unless it says otherwise. */
export type CommandField = Pick<FormInput, 'name' | 'label' | 'placeholder'> &
  Partial<Pick<FormInput, 'kind' | 'hint' | 'required' | 'options' | 'initial' | 'maxLength' | 'source'>>;

/** What a command still needs to know, e.g. an agent's `inputForm`. */
export interface CommandQuestions {
  readonly command: string;
  /** What was typed already. */
  readonly words: string;
  readonly title: string;
  readonly fields: readonly CommandField[];
  /** What it means to hand this in; left out where the title says it all. */
  readonly means?: string;
  readonly submit?: string;
}

/** A form for a command's missing arguments; comes back as a `command` press with the fields. */
export const commandForm = (
  { command, words, title, fields, means, submit }: CommandQuestions,
  language: Language = 'en',
): Form => {
  const say = wordsIn(language);
  const intro: Block[] = means === undefined ? [] : [{ kind: 'paragraph', spans: [text(means)] }];
  return {
    v: 1,
    language: say.language,
    verb: 'command',
    target: { kind: 'command', command, words },
    title,
    intro,
    inputs: fields.map((field) => ({
      kind: 'text',
      hint: '',
      initial: '',
      required: true,
      maxLength: 300,
      currency: '',
      options: [],
      ...field,
    })),
    submit: submit ?? say.go,
    cancel: say.cancel,
  };
};
