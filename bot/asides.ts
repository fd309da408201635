import { createHash } from 'node:crypto';
import { LONGEST_WORDS } from '../cards/approval-forms.ts';
import { wordsIn } from '../cards/languages.ts';
import { readSnooze } from '../cards/snooze-form.ts';
import type { ApprovalEvent } from '../core/approval/types.ts';
import { PersonId, type ApprovalId, type TenantId } from '../core/ids.ts';
import type { Person } from '../core/people.ts';
import type { Refusal } from '../core/views.ts';
import type { Recorded, Stores } from '../platform/stores.ts';
import type { Caller, Choice, Outcome } from './chat.ts';
import { sayIn } from './languages.ts';
import { refusal } from './words.ts';

const VERBS = ['ask', 'answer', 'delegate', 'snooze'] as const;

/** What people do beside deciding. Each becomes one event for the machine, or a form that stays open. */
type AsideChoice = Extract<Choice, { verb: (typeof VERBS)[number] }>;

export const isAside = (choice: Choice): choice is AsideChoice =>
  (VERBS as readonly string[]).includes(choice.verb);

interface Aside {
  readonly tenant: TenantId;
  readonly approval: ApprovalId;
  readonly by: Person;
  readonly caller: Caller;
}

type Invalid = Extract<Outcome, { kind: 'invalid' }>;

const invalid = (fieldErrors: Invalid['fieldErrors']): Invalid => ({
  kind: 'invalid',
  text: Object.values(fieldErrors).join(' '),
  fieldErrors,
});

/** The chats hold a field to its length; a request made by hand is held here. */
function whyNotTheseWords(words: string, { language }: Person): string | null {
  const say = wordsIn(language);
  if (words.trim() === '') return say.fieldNeeded;
  return words.length > LONGEST_WORDS ? say.textTooLong : null;
}

/** The same person asking the same thing is one question, however often it is handed in. */
function questionId({ approval, by }: Aside, text: string): string {
  const digest = createHash('sha256').update(JSON.stringify([approval, by.id, text.trim()]));
  return `qst_${digest.digest('hex').slice(0, 26)}`;
}

export async function recordAside(
  stores: Stores,
  aside: Aside,
  choice: AsideChoice,
): Promise<Recorded | Invalid | { refusal: Refusal }> {
  const { tenant, approval, by } = aside;
  const transition = (event: ApprovalEvent): Promise<Recorded> =>
    stores.approvals.transition(tenant, approval, event);
  if (choice.verb === 'answer') return recordAnswers(transition, by, choice.answers);
  if (choice.verb === 'delegate') {
    if (choice.to === '') return invalid({ to: wordsIn(by.language).fieldNeeded });
    const to = await personNamed(stores, aside, choice.to);
    // Somebody unknown here reads like somebody who may not sign: nothing can be guessed at.
    return to === null
      ? { refusal: refusal('delegate_not_allowed') }
      : transition({ kind: 'delegate', by: by.id, to });
  }
  if (choice.verb === 'snooze') {
    const untilMs = readSnooze(choice, { ...by, nowMs: Date.now() });
    return untilMs === null
      ? invalid({ at: wordsIn(by.language).timeUnclear })
      : transition({ kind: 'snooze', by: by.id, untilMs });
  }
  const wrong = whyNotTheseWords(choice.text, by);
  if (wrong !== null) return invalid({ question: wrong });
  return transition({
    kind: 'ask',
    by: by.id,
    questionId: questionId(aside, choice.text),
    text: choice.text,
  });
}

/** Exactly one person of this tenant: by id, or by the account that the caller's own chat named. */
async function personNamed(
  { people }: Stores,
  { tenant, caller }: Aside,
  named: string,
): Promise<PersonId | null> {
  const id = PersonId.safeParse(named);
  if (id.success) return (await people.person(tenant, id.data))?.id ?? null;
  const { platform, workspace, homeWorkspace } = caller;
  const account = { platform, workspace: homeWorkspace ?? workspace, account: named };
  const found = await people.identify(tenant, account);
  return found.ok ? found.person.id : null;
}

/** One event an answer; the first that is refused says so, and those before it stand. */
async function recordAnswers(
  transition: (event: ApprovalEvent) => Promise<Recorded>,
  by: Person,
  answers: Extract<Choice, { verb: 'answer' }>['answers'],
): Promise<Recorded | Invalid> {
  const tooLong = answers.filter(({ text }) => text.length > LONGEST_WORDS);
  if (tooLong.length > 0)
    return invalid(Object.fromEntries(tooLong.map(({ field }) => [field, wordsIn(by.language).textTooLong])));
  let recorded: Recorded | null = null;
  for (const { question: questionId, text } of answers) {
    recorded = await transition({ kind: 'answer', by: by.id, questionId, text });
    if (!recorded.ok) return recorded;
  }
  return recorded ?? { kind: 'invalid', text: sayIn(by.language).answerNothing, fieldErrors: {} };
}
