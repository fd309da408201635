import { questionSubject } from '../core/approval/card-subjects.ts';
import type { Language } from '../core/language.ts';
import type { ApprovalView } from '../core/views.ts';
import { progressFacts } from './approval-facts.ts';
import { stateLine } from './approval-state.ts';
import { titleAfterEdit } from './arguments.ts';
import { isQuestion } from '../core/person-question.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card } from './model.ts';
import { answerWanted } from './person-question-card.ts';
import { text } from './spans.ts';

/** Which of the request's reminders it is, and whether its card hangs in the same conversation. */
export interface Reminding {
  readonly reminder: string;
  readonly cardIsHere: boolean;
}

/**
 * A reminder: says what waits and where its card is, and holds no button that decides. The same message says later that
 * it waits no more.
 */
export function reminderCard(
  view: ApprovalView,
  { reminder, cardIsHere }: Reminding,
  language: Language = 'en',
): Card {
  const say = wordsIn(language);
  const { state, evidence } = view;
  const title = titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args);
  const line = stateLine(say, view);
  const target = { kind: 'command', command: 'inbox', words: '' } as const;
  const inbox = { verb: 'command', label: say.inbox, style: 'normal', opens: null, target } as const;
  const asks = isQuestion(state.action);
  const facts = asks ? answerWanted(say, view).slice(0, 2) : progressFacts(say, view).slice(0, 3);
  const [here, inChannel] = asks
    ? [say.questionIsHere, say.questionIsInChannel]
    : [say.cardIsHere, say.cardIsInChannel];
  const pending: Block[] = [
    { kind: 'paragraph', spans: [text(cardIsHere ? here : inChannel)] },
    { kind: 'facts', layout: 'lines', whole: false, facts },
    { kind: 'actions', actions: [inbox], menu: [] },
  ];
  const waits = state.status === 'pending';
  return {
    v: 1,
    language: say.language,
    kind: 'notice',
    subject: questionSubject({ approval: state.id, question: reminder }),
    version: state.version,
    title: `${say.reminder} ${title}`,
    state: waits ? { ...line, icon: '🔔' } : line,
    blocks: waits ? pending : [{ kind: 'paragraph', spans: [text(say.waitsNoMore)] }],
    summary: waits ? `🔔 ${say.reminder} ${title}: ${line.words}` : `${line.words}: ${title}`,
  };
}
