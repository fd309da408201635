import { deadLettersCard } from '../../cards/dead-letters-card.ts';
import { wordsIn } from '../../cards/languages.ts';
import { LetterId } from '../../core/ids.ts';
import type { DeadLetterView } from '../../core/views.ts';
import type { Handled } from '../../platform/stores.ts';
import { askedInChat } from '../acting.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { askIn, sayIn } from '../languages.ts';
import { startReplay } from '../start-replay.ts';
import { mayOnLetter } from '../visible-runs.ts';
import { refusal } from '../words.ts';

const LONGEST_REASON = 500;

/** Those that this person may handle, by the roles table. */
async function list(context: CommandContext): Promise<Answered> {
  const { stores, tenant, person } = context;
  const letters = (await stores.deadLetters.open(tenant)).filter((letter) => mayOnLetter(context, letter));
  return { kind: 'card', done: true, audience: 'private', card: deadLettersCard(letters, person.language) };
}

const handledBefore = ({ letter, status }: DeadLetterView): Answered => ({
  refusal: refusal('wrong_state', { why: `letter-${status}` }),
  subject: letter,
});

function told(
  context: CommandContext,
  letter: DeadLetterView,
  { changed, ledgerSeq }: Handled,
  sentence: (seq: number) => string,
): Answered {
  if (!changed || ledgerSeq === null) return handledBefore({ ...letter, status: 'replayed' });
  return { kind: 'text', done: true, text: sentence(ledgerSeq), language: context.person.language ?? 'en' };
}

/** A run that was handed over runs again as another; recording that takes the letter off the list. */
async function replayRun(context: CommandContext, letter: DeadLetterView): Promise<Answered> {
  const { stores, tenant, agents, person } = context;
  const first = letter.run === null ? null : await stores.runs.view(tenant, letter.run.run);
  const agent = agents.find(({ name }) => name === first?.agent);
  if (first === null) return { refusal: refusal('not_found'), subject: letter.letter };
  if (agent === undefined)
    return { refusal: refusal('unknown_agent', { agent: first.agent }), subject: letter.letter };
  // Two people who press at once start one run.
  const asked = { ...askedInChat(context), key: `letter ${letter.letter}` };
  const started = await startReplay(context, { agent, first, from: null, asked });
  if ('refusal' in started) return started;
  const text = sayIn(person.language).letterRunsAgain(started.run);
  return { kind: 'text', done: true, text, language: person.language ?? 'en' };
}

async function replay(context: CommandContext, letter: DeadLetterView): Promise<Answered> {
  if (letter.kind === 'run') return replayRun(context, letter);
  const { stores, tenant, person } = context;
  const handled = await stores.deadLetters.replay(tenant, letter.letter, person.id);
  return told(context, letter, handled, sayIn(person.language).letterReplayed);
}

async function discard(context: CommandContext, letter: DeadLetterView, typed: string): Promise<Answered> {
  const { stores, tenant, person, request } = context;
  const reason = (typed || request.fields?.['reason'] || '').trim();
  const { language } = person;
  if (reason === '') {
    const { discardTitle: title, discardMeans: means, discardSubmit: submit } = wordsIn(language);
    const fields = [{ name: 'reason', ...askIn(language).discardReason, maxLength: LONGEST_REASON }];
    const questions = { command: 'dead-letters', words: `discard ${letter.letter}`, title, means, submit };
    return { kind: 'form', ...askFor({ ...questions, fields }, language) };
  }
  if (reason.length > LONGEST_REASON) {
    const text = wordsIn(language).textTooLong;
    return { kind: 'invalid', text, fieldErrors: { reason: text } };
  }
  const handled = await stores.deadLetters.discard(tenant, letter.letter, person.id, reason);
  return told(context, letter, handled, sayIn(language).letterDiscarded);
}

const ACTS = new Map([
  ['replay', replay],
  ['discard', discard],
]);

async function answer(context: CommandContext): Promise<Answered> {
  const { stores, tenant, request } = context;
  if (request.words.trim() === '') return list(context);
  const [, verb = '', named = '', rest = ''] = /^\s*(\S*)\s*(\S*)\s*([\s\S]*)$/.exec(request.words) ?? [];
  const act = ACTS.get(verb.toLowerCase());
  if (act === undefined) return { refusal: refusal('bad_input') };
  const id = LetterId.safeParse(named);
  const letter = id.success ? await stores.deadLetters.get(tenant, id.data) : null;
  // Another tenant's and one that never was read alike.
  if (letter === null) return { refusal: refusal('not_found') };
  if (!mayOnLetter(context, letter))
    return { refusal: refusal('not_permitted', { verb: 'dead-letters' }), subject: letter.letter };
  return letter.status === 'open' ? act(context, letter, rest) : handledBefore(letter);
}

export const deadLetters: Command = {
  name: 'dead-letters',
  takes: '[replay or discard]',
  purpose: 'What could not be processed, why, and since when; tries it again or discards it with a reason.',
  example: 'dead-letters',
  permission: 'dead-letters',
  run: answer,
};
