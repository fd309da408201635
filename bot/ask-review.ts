import { ApprovalId, RunId } from '../core/ids.ts';
import { ASK_PERSON, LONGEST_REVIEW_WHY } from '../core/person-question.ts';
import type { RunView } from '../core/views.ts';
import type { Acting, Refused } from './acting.ts';
import { sayIn } from './languages.ts';
import { mayRead } from './read-request.ts';
import { flaggedTo, mayOnRun } from './visible-runs.ts';
import { refusal } from './words.ts';

/** As much as a question may say (`core/person-question.ts`). */
const LONGEST_QUESTION = 140;

const short = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/\p{Cs}$/u, '')}…`;

export interface Decision {
  readonly view: RunView;
  readonly approval: ApprovalId;
}

/** Words that can be digested and stored whatever was typed into a page or a program: whole characters, no controls. */
export const typed = (text: string, most: number): string =>
  short(
    text
      .replace(/\r\n?/gu, '\n')
      .replace(/[\p{Cs}\p{Co}]|(?!\n)\p{Cc}/gu, ' ')
      .normalize('NFC')
      .trim(),
    most,
  );

/** A decision by its own name, or the last of a run. What people are asked, a review too, is none. */
async function decisionOf({ stores, tenant }: Acting, said: string): Promise<Decision | null> {
  const named = ApprovalId.safeParse(said);
  const state = named.success ? await stores.approvals.get(tenant, named.data) : null;
  const run = RunId.safeParse(state === null ? said : state.action.run);
  const view = run.success ? await stores.runs.view(tenant, run.data) : null;
  const decided = view?.approvals.findLast(
    ({ status, tool }) => status !== 'pending' && tool !== ASK_PERSON.tool,
  );
  const approval = state?.id ?? decided?.id;
  return view === null || approval === undefined ? null : { view, approval };
}

/** A decision that this person may see the output of, or asked for; `verb` names what they wanted of it. */
export async function decisionFor(
  context: Acting,
  said: string,
  verb: 'explain' | 'review',
): Promise<Decision | Refused> {
  const found = await decisionOf(context, said);
  if (found === null) return { refusal: refusal('not_found') };
  const { stores, tenant, person } = context;
  const asked = await stores.approvals.view(tenant, found.approval);
  const seen =
    (asked !== null && mayRead({ ok: true, tenant, person }, asked)) ||
    mayOnRun(context, 'see-output', found.view, await flaggedTo(context, [found.view]));
  return seen ? found : { refusal: refusal('not_permitted', { verb }), subject: said };
}

/** What a review is called, in the company's language, whoever asked for it. */
export async function questionOf(
  { stores, tenant }: Pick<Acting, 'stores' | 'tenant'>,
  of: ApprovalId,
  by: 'concerned' | 'company',
): Promise<{ readonly question: string; readonly why: string }> {
  const asked = await stores.approvals.view(tenant, of);
  const say = sayIn(await stores.people.languageOf(tenant));
  const title = asked?.evidence.title ?? of;
  const question = by === 'concerned' ? say.concernedQuestion(title) : say.reviewQuestion(title);
  return { question: short(question, LONGEST_QUESTION), why: say.reviewWhy };
}

/**
 * Asks people who did not decide it to look at a decision again, for whoever may see what came of it: the verb, and the
 * same for the API.
 */
export async function askReview(
  context: Acting,
  said: string,
  why: string,
): Promise<{ approval: ApprovalId; before: boolean } | Refused> {
  const { stores, tenant, person, may } = context;
  const found = await decisionFor(context, said, 'review');
  if ('refusal' in found) return found;
  const { view, approval: of } = found;
  if (!may('ask-review', { owner: person.id, team: view.requester.team }))
    return { refusal: refusal('not_permitted', { verb: 'review' }), subject: said };
  const { question, why: usual } = await questionOf(context, of, 'company');
  const opened = await stores.approvals.openReview(tenant, {
    ...{ of, requester: person, question },
    why: typed(why, LONGEST_REVIEW_WHY) || usual,
  });
  if (!opened.ok) return { refusal: refusal(opened.reason, opened.detail), subject: of };
  return opened;
}
