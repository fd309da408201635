import { aboutHere } from '../about-here.ts';
import { askFor } from '../ask-for.ts';
import { traceCard } from '../../cards/trace-card.ts';
import type { Command } from '../command.ts';
import { suggestRuns } from '../suggested-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { noteRead } from '../note-read.ts';
import { runFor } from '../run-for.ts';
import { mayOnRun } from '../visible-runs.ts';
import { askIn } from '../languages.ts';

export const trace: Command = {
  name: 'trace',
  takes: '<run>',
  purpose: 'Every step of a run: what was read, what the model did, what it cost.',
  example: 'trace run_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'trace',
  suggests: { run: suggestRuns((context, view, flagged) => mayOnRun(context, 'trace', view, flagged)) },
  run: async (context) => {
    const { request } = context;
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
    const view = await runFor(context, 'trace', said);
    if ('refusal' in view) return view;
    await noteRead(context, request.caller.platform, 'trace', view.run);
    return { kind: 'card', done: true, audience: 'private', card: traceCard(view, context.person.language) };
  },
};
