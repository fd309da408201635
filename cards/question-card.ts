import type { ApprovalState } from '../core/approval/types.ts';
import type { ApprovalView } from '../core/views.ts';
import { questionSubject } from '../core/approval/card-subjects.ts';
import { titleAfterEdit } from './arguments.ts';
import type { Block, Card, CardAction, Span, StateLine } from './model.ts';
import { named } from './progress.ts';
import { fact, instant, person, strong, text } from './spans.ts';
import { WORDS } from './words.ts';

type Question = ApprovalState['questions'][number];

function stateOf(question: Question, pending: boolean): StateLine {
  if (question.answer !== null) return { icon: '💬', words: WORDS.answered, aside: [], tone: 'done' };
  return pending
    ? { icon: '❔', words: WORDS.waitsForAnswer, aside: [text(WORDS.clockHeld)], tone: 'waiting' }
    : { icon: '▫️', words: WORDS.answerNotNeeded, aside: [], tone: 'over' };
}

const said = (who: Span, words: string, atMs: number | null): Block => ({
  kind: 'paragraph',
  spans: [
    who,
    ...(atMs === null ? [] : [text(', '), instant(atMs, 'time')]),
    text(': '),
    strong(`“${words}”`),
  ],
});

function answerButton({ state }: ApprovalView): CardAction {
  const { id: approval, version, actionDigest } = state;
  const target = { kind: 'approval', approval, version, actionDigest } as const;
  return { verb: 'answer', label: WORDS.answer, style: 'primary', opens: 'form', target };
}

/**
 * One question about a request, as it hangs under the card and goes to the requester. The same message tells the answer
 * later; null when the approval has no such question.
 */
export function questionCard(view: ApprovalView, questionId: string): Card | null {
  const { state, people, evidence } = view;
  const question = state.questions.find(({ id }) => id === questionId);
  if (question === undefined) return null;
  const title = titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args);
  const line = stateOf(question, state.status === 'pending');
  const open = question.answer === null && state.status === 'pending';
  const asker = named(people, question.by);
  const answerer = named(people, question.answeredBy ?? state.requester);
  return {
    v: 1,
    kind: 'question',
    subject: questionSubject({ approval: state.id, question: question.id }),
    version: state.version,
    title: `${WORDS.questionAbout} ${title}`,
    state: line,
    blocks: [
      said(person(asker), question.text, question.askedAtMs),
      ...(question.answer === null ? [] : [said(person(answerer), question.answer, question.answeredAtMs)]),
      ...(open
        ? [
            {
              kind: 'facts',
              layout: 'lines',
              whole: false,
              facts: [fact(WORDS.whoAnswers, person(answerer))],
            } as const,
            { kind: 'actions', actions: [answerButton(view)], menu: [] } as const,
          ]
        : []),
    ],
    summary:
      question.answer === null
        ? `${line.words}: ${asker.name} ${WORDS.asksAbout} ${title}: “${question.text}”`
        : `${line.words}: ${title}: “${question.answer}”`,
  };
}
