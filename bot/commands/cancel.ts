import { askFor } from '../ask-for.ts';
import { runCard } from '../../cards/run-card.ts';
import { wordsIn } from '../../cards/languages.ts';
import { RunId } from '../../core/ids.ts';
import type { RunView } from '../../core/views.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { suggestRuns } from '../suggested-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { flaggedTo, mayOnRun } from '../visible-runs.ts';
import { askIn, sayIn } from '../languages.ts';
import { refusal } from '../words.ts';

const OPEN: readonly RunView['status'][] = ['queued', 'running', 'waiting'];

/** An edit made meanwhile leaves a successor that has to be seen as well. */
const PASSES = 3;

/**
 * The run first, so that it can ask for nothing more, then what it asked for and is not begun. Whoever dies between the
 * two is finished by the workflow, or by the same command again. @throws when a request is open still
 */
async function callOff({ stores, tenant, person }: CommandContext, run: RunId): Promise<RunView> {
  await stores.runs.cancel(tenant, run, person.id);
  for (let pass = 1; ; pass++) {
    const view = await stores.runs.view(tenant, run);
    if (view === null) throw new Error('a run that was just cancelled cannot be read');
    const open = view.approvals.filter(({ status }) => status === 'pending' || status === 'approved');
    if (open.length === 0 || view.status !== 'cancelled') return view;
    if (pass > PASSES) throw new Error('a request of a cancelled run is open still');
    for (const { id } of open) {
      const event = {
        kind: 'cancel',
        by: person.id,
        reason: sayIn(await stores.people.languageOf(tenant)).runCancelled,
      } as const;
      await stores.approvals.transition(tenant, id, event);
    }
  }
}

async function answer(context: CommandContext): Promise<Answered> {
  const { stores, tenant, request } = context;
  const said = (request.words || request.fields?.['run'] || '').trim();
  if (said === '') {
    const run = { name: 'run', ...askIn(context.person.language).runId };
    const fields = [await withSuggestions(context, cancel, run)];
    return {
      kind: 'form',
      ...askFor(
        { command: 'cancel', words: '', title: askIn(context.person.language).cancel, fields },
        context.person.language,
      ),
    };
  }
  const id = RunId.safeParse(said);
  const found = id.success ? await stores.runs.view(tenant, id.data) : null;
  if (found === null) return { refusal: refusal('not_found') };
  if (!mayOnRun(context, 'cancel', found, await flaggedTo(context)))
    return { refusal: refusal('not_permitted', { verb: 'cancel' }), subject: found.run };
  const over = (run: RunView): Answered => ({
    refusal: refusal('wrong_state', {
      why: 'run-over',
      ended: wordsIn(context.person.language).runStatuses[run.status],
    }),
    subject: run.run,
  });
  // One that was cancelled before is answered alike: the same command again ends what it left undone.
  if (!OPEN.includes(found.status) && found.status !== 'cancelled') return over(found);
  const view = await callOff(context, found.run);
  // It may have come to its own end in between.
  if (view.status !== 'cancelled') return over(view);
  return { kind: 'card', done: true, audience: 'private', card: runCard(view, context.person.language) };
}

export const cancel: Command = {
  name: 'cancel',
  takes: '<run>',
  purpose: 'Ends a run and what it asked for. An action that has begun is not undone.',
  example: 'cancel run_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'cancel',
  suggests: {
    run: suggestRuns(
      (context, view, flagged) => OPEN.includes(view.status) && mayOnRun(context, 'cancel', view, flagged),
    ),
  },
  run: answer,
};
