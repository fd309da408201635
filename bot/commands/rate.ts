import { wordsIn } from '../../cards/languages.ts';
import { RunId } from '../../core/ids.ts';
import type { RunView } from '../../core/views.ts';
import type { Rating } from '../../platform/stores.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { suggestRuns } from '../suggested-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { flaggedTo, mayOnRun, sharedInThisPlace } from '../visible-runs.ts';
import { askIn, sayIn } from '../languages.ts';
import { refusal } from '../words.ts';

const LONGEST_WORD = 1000;

type Thumb = Rating['thumb'];
const THUMBS: Readonly<Record<string, Thumb>> = { up: 'up', down: 'down', '👍': 'up', '👎': 'down' };

interface Said {
  readonly run: string;
  readonly thumb: Thumb | null;
  /** Null: a thumb alone, which leaves a word as it is. */
  readonly word: string | null;
}

/** `<run> up great work` as typed, or the fields of the form; what is no thumb counts as none. */
function read({ words, fields }: CommandContext['request']): Said {
  const [, run = '', thumb = '', word = ''] = /^\s*(\S*)\s*(\S*)\s*([\s\S]*)$/.exec(words) ?? [];
  const said = thumb || (fields?.['thumb'] ?? '');
  return {
    run: run || (fields?.['run']?.trim() ?? ''),
    thumb: Object.hasOwn(THUMBS, said.toLowerCase()) ? (THUMBS[said.toLowerCase()] ?? null) : null,
    word: word.trim() || (fields?.['word']?.trim() ?? null),
  };
}

/** Asks for the thumb and a word, with what this person said before; for the run as well where it is not known. */
async function ask(context: CommandContext, view: RunView | null): Promise<Answered> {
  const { person } = context;
  const { language } = person;
  const say = wordsIn(language);
  const before = view?.ratings.find((one) => one.person.id === person.id);
  const fields = [
    ...(view === null
      ? [await withSuggestions(context, rate, { name: 'run', ...askIn(language).runId })]
      : []),
    {
      ...{ name: 'thumb', label: say.rateVerdict, placeholder: '', kind: 'select' as const },
      options: [
        { value: 'up', label: say.thumbUp },
        { value: 'down', label: say.thumbDown },
      ],
      initial: before?.thumb ?? 'up',
    },
    {
      ...{ name: 'word', label: say.rateWord, placeholder: '', kind: 'multiline' as const },
      ...{ required: false, initial: before?.word ?? '', maxLength: LONGEST_WORD },
    },
  ];
  const { rateTitle: title, rateMeans: means, rateSubmit: submit } = say;
  const questions = { command: 'rate', words: view?.run ?? '', title, means, submit, fields };
  return { kind: 'form', ...askFor(questions, language) };
}

async function maySee(context: CommandContext, view: RunView): Promise<boolean> {
  return (
    mayOnRun(context, 'see-output', view, await flaggedTo(context, [view])) ||
    sharedInThisPlace(context, view.run)
  );
}

async function record(
  context: CommandContext,
  run: RunId,
  thumb: Thumb,
  word: string | null,
): Promise<Answered> {
  const { stores, tenant, person } = context;
  const { changed, ledgerSeq } = await stores.runs.rate(tenant, run, { by: person.id, thumb, word });
  const say = sayIn(person.language);
  const text = changed && ledgerSeq !== null ? say.rated(thumb, ledgerSeq) : say.ratedBefore(thumb);
  return { kind: 'text', done: true, text, language: person.language ?? 'en' };
}

async function answer(context: CommandContext): Promise<Answered> {
  const { stores, tenant, person } = context;
  const said = read(context.request);
  if (said.run === '') return ask(context, null);
  const id = RunId.safeParse(said.run);
  const view = id.success ? await stores.runs.view(tenant, id.data) : null;
  if (view === null) return { refusal: refusal('not_found') };
  if (!(await maySee(context, view)))
    return { refusal: refusal('not_permitted', { verb: 'rate' }), subject: view.run };
  if (view.finishedAtMs === null)
    return { refusal: refusal('wrong_state', { why: 'run-goes-on' }), subject: view.run };
  if (said.thumb === null) return ask(context, view);
  if (said.word !== null && said.word.length > LONGEST_WORD) {
    const text = wordsIn(person.language).textTooLong;
    return { kind: 'invalid', text, fieldErrors: { word: text } };
  }
  return record(context, view.run, said.thumb, said.word);
}

export const rate: Command = {
  name: 'rate',
  takes: '<run> [up or down] [words]',
  purpose: 'Says what you think of what a run came to: a thumb, and a word if you like.',
  example: 'rate run_01JD9Q6Z3M7T5N4X8R2V6B1C0A up Found the earlier claim at once',
  permission: 'rate',
  suggests: {
    run: suggestRuns(
      (context, view, flagged) =>
        view.finishedAtMs !== null && mayOnRun(context, 'see-output', view, flagged),
    ),
  },
  run: answer,
};
