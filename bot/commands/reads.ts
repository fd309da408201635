import { readsCard } from '../../cards/reads-card.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { readsFor } from '../explain/reads.ts';
import { askIn } from '../languages.ts';
import { noteRead } from '../note-read.ts';
import { suggestRunsAndApprovals } from '../suggested-runs.ts';
import { mayOnRun } from '../visible-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';

/** As many as a card shows; the rest is in the API. */
const SHOWN = 40;

async function answer(context: CommandContext): Promise<Answered> {
  const { request, person, tenant } = context;
  const said = (request.words || (request.fields?.['id'] ?? '')).trim();
  // Who may see all is shown all; who may see some names one.
  if (said === '' && !context.may('see-reads', {})) {
    const { readsTitle: title, decision } = askIn(person.language);
    const fields = [await withSuggestions(context, reads, { name: 'id', ...decision })];
    return { kind: 'form', ...askFor({ command: 'reads', words: '', title, fields }, person.language) };
  }
  const found = await readsFor(context, said === '' ? undefined : said, { limit: SHOWN });
  if ('refusal' in found) return found;
  await noteRead(context, request.caller.platform, 'reads', found.of ?? tenant);
  return {
    ...{ kind: 'card', done: true, audience: 'private' },
    card: readsCard(found.of ?? tenant, found.rows, person.language),
  };
}

export const reads: Command = {
  name: 'reads',
  takes: '[request or run]',
  purpose: 'Who read what of the record, newest first: of one request or run, or of everything.',
  example: 'reads apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'see-reads',
  suggests: {
    id: suggestRunsAndApprovals({
      run: (context, view, flagged) => mayOnRun(context, 'see-reads', view, flagged),
      approval: () => false,
    }),
  },
  run: answer,
};
