import { ApprovalId, RunId } from '../core/ids.ts';
import type { RunView } from '../core/views.ts';
import type { Acting, Refused } from './acting.ts';
import { sayIn } from './languages.ts';
import { flaggedTo, mayOnRun } from './visible-runs.ts';
import { refusal } from './words.ts';

/** As much as a question may say (`core/person-question.ts`). */
const LONGEST_QUESTION = 140;
const LONGEST_WHY = 600;

const short = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** A decision by its own name, or the last of a run. */
async function decisionOf(
  { stores, tenant }: Acting,
  said: string,
): Promise<{ view: RunView; approval: ApprovalId } | null> {
  const named = ApprovalId.safeParse(said);
  const state = named.success ? await stores.approvals.get(tenant, named.data) : null;
  const run = RunId.safeParse(state === null ? said : state.action.run);
  const view = run.success ? await stores.runs.view(tenant, run.data) : null;
  const approval = state?.id ?? view?.approvals.findLast(({ status }) => status !== 'pending')?.id;
  return view === null || approval === undefined ? null : { view, approval };
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
  const found = await decisionOf(context, said);
  if (found === null) return { refusal: refusal('not_found') };
  const { view, approval: of } = found;
  const mine = view.requester.id === person.id;
  const seen = mine || mayOnRun(context, 'see-output', view, await flaggedTo(context));
  if (!seen || !may('ask-review', { owner: person.id, team: view.requester.team }))
    return { refusal: refusal('not_permitted', { verb: 'review' }), subject: said };
  const asked = await stores.approvals.view(tenant, of);
  const say = sayIn(await stores.people.languageOf(tenant));
  const opened = await stores.approvals.openReview(tenant, {
    of,
    requester: person,
    question: short(say.reviewQuestion(asked?.evidence.title ?? of), LONGEST_QUESTION),
    why: short(why.trim() || say.reviewWhy, LONGEST_WHY),
  });
  if (!opened.ok) return { refusal: refusal(opened.reason, opened.detail), subject: of };
  return opened;
}
