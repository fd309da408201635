import { LONGEST_REVIEW_WHY } from '../../core/person-question.ts';
import { askFor } from '../ask-for.ts';
import { askReview } from '../ask-review.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { askIn, sayIn } from '../languages.ts';

async function answer(context: CommandContext): Promise<Answered> {
  const { request, person } = context;
  const { language = 'en' } = person;
  const typed =
    request.words.trim() || `${request.fields?.['id'] ?? ''} ${request.fields?.['why'] ?? ''}`.trim();
  const [, said = '', why = ''] = /^(\S*)\s*([\s\S]*)$/.exec(typed) ?? [];
  if (said === '') {
    const ask = askIn(language);
    const fields = [
      { name: 'id', ...ask.verifyId },
      { name: 'why', ...ask.reviewWhy, maxLength: LONGEST_REVIEW_WHY },
    ];
    return {
      kind: 'form',
      ...askFor({ command: 'review', words: '', title: ask.review, fields }, language),
    };
  }
  const asked = await askReview(context, said, why);
  if ('refusal' in asked) return asked;
  const say = sayIn(language);
  const text = (asked.before ? say.reviewAskedBefore : say.reviewAsked)(asked.approval);
  return { kind: 'text', done: true, text, language };
}

export const review: Command = {
  name: 'review',
  takes: '<request or run> [why]',
  purpose:
    'Asks people who did not decide it to look at a decision again. What they say is recorded, with reasons.',
  example: 'review apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A The bill was never read',
  permission: 'ask-review',
  run: answer,
};
