import { ApprovalId } from '../ids.ts';
import type { ApprovalState } from './types.ts';

/** What a copy is about when it is not the approval's own card: one of its questions. */
export interface QuestionSubject {
  readonly approval: ApprovalId;
  readonly question: string;
}

/** Begins with the approval's id, which an edit replaces, so that the question's button follows the edit. */
export const questionSubject = ({ approval, question }: QuestionSubject): string => `${approval}/${question}`;

/** Null when the subject is no question's. */
export function readQuestionSubject(subject: string): QuestionSubject | null {
  const [first, question, ...more] = subject.split('/');
  const approval = ApprovalId.safeParse(first);
  return approval.success && question !== undefined && question !== '' && more.length === 0
    ? { approval: approval.data, question }
    : null;
}

/** In a question's place: the notice that somebody broke the glass. Question ids have a prefix, so none is called so. */
export const BREAK_GLASS = 'break-glass';

const REMINDER = 'reminder-';

/** In a question's place: a reminder, by which one it is, or by the end of the snooze that brought it. */
export const reminderNumber = (n: number): string => `${REMINDER}${n}`;
export const reminderAfterSnooze = (untilMs: number): string => `${REMINDER}snooze-${untilMs}`;
export const isReminder = (aside: string): boolean => aside.startsWith(REMINDER);

/** Every reminder that went out for it. */
export const remindersOf = (state: ApprovalState): string[] => [
  ...Array.from({ length: state.reminders }, (_, i) => reminderNumber(i + 1)),
  ...new Set(state.snoozes.filter((s) => s.ended).map(({ untilMs }) => reminderAfterSnooze(untilMs))),
];

/** Did an event change nothing that others see: a snooze, or its end. Then no card has to be edited. */
export const looksTheSame = (before: ApprovalState, after: ApprovalState): boolean => {
  const seen = (state: ApprovalState): string => JSON.stringify({ ...state, version: 0, snoozes: [] });
  return seen(before) === seen(after);
};

const isOpen = (state: ApprovalState, question: string): boolean =>
  state.status === 'pending' && state.questions.some((q) => q.id === question && q.answer === null);

/** What else looks different after an event: questions answered now or not asked any more, reminders, the notice of a broken glass. */
export const asidesMoved = (before: ApprovalState, after: ApprovalState): string[] => [
  ...before.questions.map(({ id }) => id).filter((id) => isOpen(before, id) && !isOpen(after, id)),
  ...remindersOf(before),
  ...(before.breakGlass === null ? [] : [BREAK_GLASS]),
];

/** Those that still wait for an answer. */
export const openQuestions = (state: ApprovalState): ApprovalState['questions'] =>
  state.questions.filter(({ answer }) => answer === null);
