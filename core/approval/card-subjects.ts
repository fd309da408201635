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

const isOpen = (state: ApprovalState, question: string): boolean =>
  state.status === 'pending' && state.questions.some((q) => q.id === question && q.answer === null);

/** The questions whose own cards look different after an event: answered now, or not asked any more. */
export const questionsMoved = (before: ApprovalState, after: ApprovalState): string[] =>
  before.questions.map(({ id }) => id).filter((id) => isOpen(before, id) && !isOpen(after, id));

/** Those that still wait for an answer. */
export const openQuestions = (state: ApprovalState): ApprovalState['questions'] =>
  state.questions.filter(({ answer }) => answer === null);
