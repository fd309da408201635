import { closest, distance } from 'fastest-levenshtein';
import { LONGEST_WORDS } from '../cards/approval-forms.ts';
import { openQuestions } from '../core/approval/card-subjects.ts';
import { happeningSentence } from '../core/sentences.ts';
import { aboutHere } from './about-here.ts';
import type { Answered, CommandContext } from './command.ts';
import { sayIn } from './languages.ts';
import { sayRefusal } from './refuse.ts';
import { refusal } from './words.ts';

/** One word that is nearly a verb is a slip of the fingers, and no answer. */
const SLIP = 2;

function isSlip(text: string, { commands }: CommandContext): boolean {
  if (/\s/.test(text)) return false;
  const verbs = commands.map(({ name }) => name);
  return distance(text.toLowerCase(), closest(text.toLowerCase(), verbs)) <= SLIP;
}

/**
 * Words to us in the thread of a request that has one open question: its answer, judged by the machine like one from the
 * form. Null when they cannot be one. With several questions open nobody can tell which is meant: the form asks for each.
 */
export async function typedAnswer(context: CommandContext): Promise<Answered | null> {
  const { stores, tenant, person, request } = context;
  const text = (request.typed ?? '').trim();
  if (text === '' || request.place.thread === null || isSlip(text, context)) return null;
  const approval = (await aboutHere(context))?.approval ?? null;
  const state = approval === null ? null : await stores.approvals.get(tenant, approval);
  if (state === null || state.status !== 'pending') return null;
  const [question, ...others] = openQuestions(state);
  if (question === undefined) return null;
  const say = sayIn(person.language);
  if (others.length > 0) return { kind: 'text', done: false, text: say.answerByForm };
  if (text.length > LONGEST_WORDS) return { refusal: refusal('arguments_refused'), subject: state.id };
  const recorded = await stores.approvals.transition(tenant, state.id, {
    ...{ kind: 'answer', by: person.id, questionId: question.id, text },
  });
  // The machine has written its refusal already.
  if (!recorded.ok)
    return sayRefusal(stores, tenant, person, { reason: recorded.reason, detail: recorded.detail });
  const { what, detail } = recorded.happened;
  const sentence = happeningSentence(what, detail, { language: person.language ?? 'en' });
  return { kind: 'text', done: true, text: say.recorded(sentence, recorded.ledgerSeq) };
}
