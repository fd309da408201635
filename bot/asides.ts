import { createHash } from 'node:crypto';
import { LONGEST_WORDS } from '../cards/approval-forms.ts';
import { WORDS } from '../cards/words.ts';
import type { ApprovalEvent } from '../core/approval/types.ts';
import type { ApprovalId, PersonId, TenantId } from '../core/ids.ts';
import type { Recorded, Stores } from '../platform/stores.ts';
import type { Choice, Outcome } from './chat.ts';
import { SAY } from './words.ts';

/** What people do beside deciding: ask, answer. Each becomes one event for the machine, or a form that stays open. */
export type AsideChoice = Extract<Choice, { verb: 'ask' | 'answer' }>;

export interface Aside {
  readonly tenant: TenantId;
  readonly approval: ApprovalId;
  readonly by: PersonId;
}

type Invalid = Extract<Outcome, { kind: 'invalid' }>;

const invalid = (fieldErrors: Invalid['fieldErrors']): Invalid => ({
  kind: 'invalid',
  text: Object.values(fieldErrors).join(' '),
  fieldErrors,
});

/** The chats hold a field to its length; a request made by hand is held here. */
function whyNotTheseWords(words: string): string | null {
  if (words.trim() === '') return WORDS.fieldNeeded;
  return words.length > LONGEST_WORDS ? WORDS.textTooLong : null;
}

/** The same person asking the same thing is one question, however often it is handed in. */
function questionId({ approval, by }: Aside, text: string): string {
  const digest = createHash('sha256').update(JSON.stringify([approval, by, text.trim()]));
  return `qst_${digest.digest('hex').slice(0, 26)}`;
}

export async function recordAside(
  stores: Stores,
  aside: Aside,
  choice: AsideChoice,
): Promise<Recorded | Invalid> {
  const { tenant, approval, by } = aside;
  const transition = (event: ApprovalEvent): Promise<Recorded> =>
    stores.approvals.transition(tenant, approval, event);
  if (choice.verb === 'answer') return recordAnswers(transition, by, choice.answers);
  const wrong = whyNotTheseWords(choice.text);
  if (wrong !== null) return invalid({ question: wrong });
  return transition({ kind: 'ask', by, questionId: questionId(aside, choice.text), text: choice.text });
}

/** One event an answer; the first that is refused says so, and those before it stand. */
async function recordAnswers(
  transition: (event: ApprovalEvent) => Promise<Recorded>,
  by: PersonId,
  answers: Extract<Choice, { verb: 'answer' }>['answers'],
): Promise<Recorded | Invalid> {
  const tooLong = answers.filter(({ text }) => text.length > LONGEST_WORDS);
  if (tooLong.length > 0)
    return invalid(Object.fromEntries(tooLong.map(({ field }) => [field, WORDS.textTooLong])));
  let recorded: Recorded | null = null;
  for (const { question: questionId, text } of answers) {
    recorded = await transition({ kind: 'answer', by, questionId, text });
    if (!recorded.ok) return recorded;
  }
  return recorded ?? { kind: 'invalid', text: SAY.answerNothing, fieldErrors: {} };
}
