import type { ApprovalState } from '../core/approval/types.ts';
import type { ApprovalView } from '../core/views.ts';
import { questionSubject } from '../core/approval/card-subjects.ts';
import { titleAfterEdit } from './arguments.ts';
import type { Block, Card, CardAction, Span, StateLine } from './model.ts';
import { named } from './progress.ts';
import { fact, instant, person, strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

type Question = ApprovalState['questions'][number];

function stateOf(say: CardWords, question: Question, pending: boolean): StateLine {
  if (question.answer !== null) return { icon: '💬', words: say.answered, aside: [], tone: 'done' };
  return pending
    ? { icon: '❔', words: say.waitsForAnswer, aside: [text(say.clockHeld)], tone: 'waiting' }
    : { icon: '▫️', words: say.answerNotNeeded, aside: [], tone: 'over' };
}

const said = (say: CardWords, who: Span, words: string, atMs: number | null): Block => ({
  kind: 'paragraph',
  spans: [
    who,
    ...(atMs === null ? [] : [text(', '), instant(atMs, 'time')]),
    text(': '),
    strong(say.quote(words)),
  ],
});

function answerButton(say: CardWords, { state }: ApprovalView): CardAction {
  const { id: approval, version, actionDigest } = state;
  const target = { kind: 'approval', approval, version, actionDigest } as const;
  return { verb: 'answer', label: say.answer, style: 'primary', opens: 'form', target };
}

/**
 * One question about a request, as it hangs under the card and goes to the requester. The same message tells the answer
 * later; null when the approval has no such question.
 */
export function questionCard(view: ApprovalView, questionId: string, language: Language = 'en'): Card | null {
  const say = wordsIn(language);
  const { state, people, evidence } = view;
  const question = state.questions.find(({ id }) => id === questionId);
  if (question === undefined) return null;
  const title = titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args);
  const line = stateOf(say, question, state.status === 'pending');
  const open = question.answer === null && state.status === 'pending';
  const asker = named(people, question.by);
  const answerer = named(people, question.answeredBy ?? state.requester);
  return {
    v: 1,
    language: say.language,
    kind: 'question',
    subject: questionSubject({ approval: state.id, question: question.id }),
    version: state.version,
    title: `${say.questionAbout} ${title}`,
    state: line,
    blocks: [
      said(say, person(asker), question.text, question.askedAtMs),
      ...(question.answer === null
        ? []
        : [said(say, person(answerer), question.answer, question.answeredAtMs)]),
      ...(open
        ? [
            {
              kind: 'facts',
              layout: 'lines',
              whole: false,
              facts: [fact(say.whoAnswers, person(answerer))],
            } as const,
            { kind: 'actions', actions: [answerButton(say, view)], menu: [] } as const,
          ]
        : []),
    ],
    summary:
      question.answer === null
        ? `${line.words}: ${asker.name} ${say.asksAbout} ${title}: ${say.quote(question.text)}`
        : `${line.words}: ${title}: ${say.quote(question.answer)}`,
  };
}
