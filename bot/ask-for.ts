import { commandForm, type CommandQuestions } from '../cards/command-form.ts';
import type { FormToOpen } from './chat.ts';

/** A form for a command's missing arguments; it hangs on no card. */
export const askFor = (questions: CommandQuestions): FormToOpen => ({
  form: commandForm(questions),
  binding: { copy: null, cardDigest: null },
});
