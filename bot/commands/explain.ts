import { explanationCard, reviewLinkCard } from '../../cards/explanation-card.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import {
  explanationFor,
  makeReviewLink,
  mayInvite,
  MOST_LINK_DAYS,
  revokeReviewLinks,
  USUAL_LINK_DAYS,
} from '../explain/links.ts';
import { askIn, sayIn } from '../languages.ts';
import { noteRead } from '../note-read.ts';
import { suggestRunsAndApprovals } from '../suggested-runs.ts';
import { mayOnRun } from '../visible-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { refusal } from '../words.ts';

async function ask(context: CommandContext): Promise<Answered> {
  const { language } = context.person;
  const { explain: title, decision } = askIn(language);
  const fields = [await withSuggestions(context, explain, { name: 'id', ...decision })];
  return { kind: 'form', ...askFor({ command: 'explain', words: '', title, fields }, language) };
}

async function show(context: CommandContext, said: string): Promise<Answered> {
  const found = await explanationFor(context, said);
  if ('refusal' in found) return found;
  const { told, decision } = found;
  await noteRead(context, context.request.caller.platform, 'explanation', told.approval);
  const invites = told.status !== 'pending' && (await mayInvite(context, decision));
  const card = explanationCard(told, context.person.language, { mayInvite: invites });
  return { kind: 'card', done: true, audience: 'private', card };
}

async function link(context: CommandContext, said: string, typedDays: string): Promise<Answered> {
  const { language = 'en' } = context.person;
  const days = typedDays === '' ? USUAL_LINK_DAYS : Number(typedDays);
  if (!Number.isInteger(days) || days < 1 || days > MOST_LINK_DAYS)
    return { refusal: refusal('bad_input', { nearest: `explain ${said} link 30` }), subject: 'explain' };
  const made = await makeReviewLink(context, said, days);
  if ('refusal' in made) return made;
  const { approval, url } = made;
  return {
    ...{ kind: 'card', done: true, audience: 'private' },
    card: reviewLinkCard({ approval, url, days }, language),
  };
}

async function revoke(context: CommandContext, said: string): Promise<Answered> {
  const done = await revokeReviewLinks(context, said);
  if ('refusal' in done) return done;
  const { language = 'en' } = context.person;
  return { kind: 'text', done: true, text: sayIn(language).linksRevoked(done.revoked), language };
}

export const explain: Command = {
  name: 'explain',
  takes: '<request or run> [link [days] | revoke]',
  purpose:
    'What was decided and why, in plain words for the person concerned; or a link for them, by which they can ask for a review.',
  example: 'explain apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'see-output',
  suggests: {
    id: suggestRunsAndApprovals({
      run: (context, view, flagged) => mayOnRun(context, 'see-output', view, flagged),
      approval: (_context, id, flagged) => flagged.has(id),
    }),
  },
  run: async (context) => {
    const { words, fields } = context.request;
    const [said = '', verb = '', days = ''] = (words || (fields?.['id'] ?? '')).trim().split(/\s+/);
    if (said === '') return ask(context);
    if (verb === 'link') return link(context, said, days);
    if (verb === 'revoke') return revoke(context, said);
    if (verb !== '')
      return { refusal: refusal('bad_input', { nearest: `explain ${said} link` }), subject: 'explain' };
    return show(context, said);
  },
};
