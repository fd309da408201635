import { wordsIn } from '../../cards/languages.ts';
import { startedCard } from '../../cards/run-card.ts';
import { IncidentId, RunId } from '../../core/ids.ts';
import type { RunView } from '../../core/views.ts';
import { askedInChat, type Acting, type Asked, type Refused } from '../acting.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { suggestRuns } from '../suggested-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { flaggedTo, mayOnRun, mayReplayInSandbox } from '../visible-runs.ts';
import { askIn, sayIn } from '../languages.ts';
import { replayFailed } from '../replay-failed.ts';
import { startReplay } from '../start-replay.ts';
import { refusal } from '../words.ts';

/** What is asked for: a run, and where it leaves the recording. `asks`: the run is named, the step is to be chosen. */
interface Wanted {
  readonly run: string;
  readonly step: string;
  readonly asks: boolean;
}

const START = 'start';
/** More do not fit into a list in Slack; a later step can be typed. */
const STEPS_AT_MOST = 99;

/** `<run>`, `<run> from <step>`, or `<run> from` and the form behind it; null for anything else. */
function readWords({ words, fields }: CommandContext['request']): Wanted | null {
  const [, run, from, step] = /^\s*(\S*)(?:\s+(from)(?:\s+(\S+))?)?\s*$/i.exec(words) ?? [];
  if (run === undefined) return null;
  const chosen = step ?? fields?.['step']?.trim() ?? '';
  return {
    run: run || (fields?.['run']?.trim() ?? ''),
    step: chosen.toLowerCase(),
    asks: from !== undefined && chosen === '',
  };
}

async function askWhich(context: CommandContext): Promise<Answered> {
  const { language } = context.person;
  const [say, ask] = [wordsIn(language), askIn(language)];
  const fields = [
    await withSuggestions(context, replay, { name: 'run', ...ask.runId }),
    { name: 'step', ...ask.replayStep, required: false },
  ];
  const { replayTitle: title, replayMeans: means, replaySubmit: submit } = say;
  return {
    kind: 'form',
    ...askFor({ command: 'replay', words: '', title, means, submit, fields }, language),
  };
}

/** The steps of this very run, by number and name. */
function askFrom({ person }: CommandContext, view: RunView): Answered {
  const { language } = person;
  const say = wordsIn(language);
  const options = [
    { value: START, label: say.fromStart },
    ...view.steps.slice(0, STEPS_AT_MOST).map(({ name, label }, i) => ({
      value: String(i + 1),
      label: `${i + 1}. ${name}${label === '' ? '' : `${say.separator}${label}`}`.slice(0, 75),
    })),
  ];
  const step = { name: 'step', label: say.fromWhere, placeholder: '', kind: 'select', options } as const;
  const { replayTitle: title, replayMeans: means, replaySubmit: submit } = say;
  const form = {
    ...{ command: 'replay', words: `${view.run} from`, title, means, submit },
    fields: [{ ...step, initial: START }],
  };
  return { kind: 'form', ...askFor(form, language) };
}

/** The step's key, null for the start, or undefined when the run has no such step. */
function keyOf(view: RunView, step: string): string | null | undefined {
  if (step === '' || step === START) return null;
  return /^\d{1,4}$/.test(step) ? view.steps[Number(step) - 1]?.key : undefined;
}

async function mayReplay(context: Acting, view: RunView, sandbox: boolean): Promise<boolean> {
  const flagged = await flaggedTo(context, [view]);
  return (
    mayOnRun(context, 'replay', view, flagged) || (sandbox && mayReplayInSandbox(context, view, flagged))
  );
}

/** The run that is to be repeated, for whoever may. `step` null: which one is not said yet. */
async function repeatable(
  context: Acting,
  said: string,
  step: string | null,
): Promise<{ readonly view: RunView; readonly from: string | null | undefined } | Refused> {
  const id = RunId.safeParse(said);
  const view = id.success ? await context.stores.runs.view(context.tenant, id.data) : null;
  if (view === null) return { refusal: refusal('not_found') };
  const from = step === null ? undefined : keyOf(view, step);
  if (!(await mayReplay(context, view, from !== null)))
    return { refusal: refusal('not_permitted', { verb: 'replay' }), subject: view.run };
  return { view, from };
}

/** Runs it again, from a step by its number or from the start; the same in the API. */
export async function replayRun(
  context: Acting,
  asked: Asked,
  { run, step }: { readonly run: string; readonly step: string },
): Promise<{ readonly run: RunId; readonly view: RunView } | Refused> {
  const found = await repeatable(context, run, step);
  if ('refusal' in found) return found;
  const { view, from } = found;
  const subject = view.run;
  if (from === undefined)
    return { refusal: refusal('bad_input', { why: 'no-step', said: step.slice(0, 20) }), subject };
  // Twice the same at once would ask for the same twice; the sandbox asks nobody.
  if (from === null && view.finishedAtMs === null)
    return { refusal: refusal('wrong_state', { why: 'run-goes-on' }), subject };
  const agent = context.agents.find(({ name }) => name === view.agent);
  if (agent === undefined) return { refusal: refusal('unknown_agent', { agent: view.agent }), subject };
  const started = await startReplay(context, { agent, first: view, from, asked });
  return 'refusal' in started ? started : { run: started.run, view };
}

async function told(context: CommandContext, run: RunId, view: RunView): Promise<Answered> {
  const { language } = context.person;
  const away = await context.away();
  const say = sayIn(language);
  if (away.length > 0)
    return {
      kind: 'text',
      done: true,
      text: say.runWaits(run, view.agent, view.inputLabel, away.join(say.and)),
    };
  const again = await context.stores.runs.view(context.tenant, run);
  if (again === null) throw new Error('a run that was just recorded cannot be read');
  const card = startedCard(again, await context.stores.people.languageOf(context.tenant));
  return { kind: 'card', done: true, audience: 'conversation', card };
}

async function answer(context: CommandContext): Promise<Answered> {
  const wanted = readWords(context.request);
  if (wanted === null) return { refusal: refusal('bad_input') };
  if (wanted.run === '') return askWhich(context);
  const incident = IncidentId.safeParse(wanted.run);
  if (incident.success && wanted.step === '' && !wanted.asks) return replayFailed(context, incident.data);
  if (wanted.asks) {
    const found = await repeatable(context, wanted.run, null);
    return 'refusal' in found ? found : askFrom(context, found.view);
  }
  const started = await replayRun(context, askedInChat(context), wanted);
  return 'refusal' in started ? started : told(context, started.run, started.view);
}

export const replay: Command = {
  name: 'replay',
  takes: '<run> [from <step>] | <incident>',
  purpose:
    'Runs it again with the same input; from a step on, in the sandbox, where nobody is asked; of an incident, all that failed.',
  example: 'replay run_01JD9Q6Z3M7T5N4X8R2V6B1C0A from 3',
  permission: 'replay',
  suggests: {
    run: suggestRuns(
      (context, view, flagged) =>
        mayOnRun(context, 'replay', view, flagged) || mayReplayInSandbox(context, view, flagged),
    ),
  },
  run: answer,
};
