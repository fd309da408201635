import type { Acting, Refused } from '../acting.ts';
import { askFor } from '../ask-for.ts';
import { runCard } from '../../cards/run-card.ts';
import { wordsIn } from '../../cards/languages.ts';
import type { RunId } from '../../core/ids.ts';
import type { RunView } from '../../core/views.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { runFor } from '../run-for.ts';
import { suggestRuns } from '../suggested-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { mayOnRun } from '../visible-runs.ts';
import { askIn, sayIn } from '../languages.ts';
import { refusal } from '../words.ts';

const OPEN: readonly RunView['status'][] = ['queued', 'running', 'waiting'];

/** An edit made meanwhile leaves a successor that has to be seen as well. */
const PASSES = 3;

/**
 * The run first, so that it can ask for nothing more, then what it asked for and is not begun. Whoever dies between the
 * two is finished by the workflow, or by the same command again. @throws when a request is open still
 */
async function callOff({ stores, tenant, person }: Acting, run: RunId): Promise<RunView> {
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

const over = ({ person }: Acting, { run, status }: RunView): Refused => ({
  refusal: refusal('wrong_state', { why: 'run-over', ended: wordsIn(person.language).runStatuses[status] }),
  subject: run,
});

/** Ends a run and what it asked for, for whoever may; the same in the API. */
export async function cancelRun(context: Acting, said: string): Promise<RunView | Refused> {
  const found = await runFor(context, 'cancel', said);
  if ('refusal' in found) return found;
  // One that was cancelled before is answered alike: the same again ends what it left undone.
  if (!OPEN.includes(found.status) && found.status !== 'cancelled') return over(context, found);
  const view = await callOff(context, found.run);
  // It may have come to its own end in between.
  return view.status === 'cancelled' ? view : over(context, view);
}

async function answer(context: CommandContext): Promise<Answered> {
  const { request } = context;
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
  const view = await cancelRun(context, said);
  if ('refusal' in view) return view;
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
