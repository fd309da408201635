import { aboutHere } from '../about-here.ts';
import { askFor } from '../ask-for.ts';
import { traceCard } from '../../cards/trace-card.ts';
import { RunId } from '../../core/ids.ts';
import type { Command } from '../command.ts';
import { suggestRuns } from '../suggested-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { flaggedTo, mayOnRun } from '../visible-runs.ts';
import { askIn } from '../languages.ts';
import { refusal } from '../words.ts';

export const trace: Command = {
  name: 'trace',
  takes: '<run>',
  purpose: 'Every step of a run: what was read, what the model did, what it cost.',
  example: 'trace run_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'trace',
  suggests: { run: suggestRuns((context, view, flagged) => mayOnRun(context, 'trace', view, flagged)) },
  run: async (context) => {
    const { stores, tenant, request } = context;
    const typed = (request.words || request.fields?.['run'] || '').trim();
    const said = typed || ((await aboutHere(context))?.run ?? '');
    if (said === '') {
      const run = { name: 'run', ...askIn(context.person.language).runId };
      const fields = [await withSuggestions(context, trace, run)];
      return {
        kind: 'form',
        ...askFor(
          { command: 'trace', words: '', title: askIn(context.person.language).trace, fields },
          context.person.language,
        ),
      };
    }
    const id = RunId.safeParse(said);
    const view = id.success ? await stores.runs.view(tenant, id.data) : null;
    if (view === null) return { refusal: refusal('not_found') };
    if (!mayOnRun(context, 'trace', view, await flaggedTo(context)))
      return { refusal: refusal('not_permitted', { verb: 'trace' }), subject: view.run };
    return { kind: 'card', done: true, audience: 'private', card: traceCard(view, context.person.language) };
  },
};
