import { commandForm, type CommandQuestions } from '../cards/command-form.ts';
import type { Language } from '../core/language.ts';
import type { FormToOpen } from './chat.ts';

/** A form for a command's missing arguments; it hangs on no card. */
export const askFor = (questions: CommandQuestions, language?: Language): FormToOpen => ({
  form: commandForm(questions, language),
  binding: { copy: null, cardDigest: null },
});
