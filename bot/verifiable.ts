import { ApprovalId, RunId } from '../core/ids.ts';
import type { Acting, Refused } from './acting.ts';
import { flaggedTo, mayOnRun } from './visible-runs.ts';
import { refusal } from './words.ts';

/** What they asked for themselves, or sign. */
export const mayVerifyOwn = ({ may, person }: Acting): boolean =>
  may('verify', { owner: person.id, team: person.team });

/** A run or an approval that this person may have checked; the same in the API. */
export async function verifiable(context: Acting, said: string): Promise<RunId | ApprovalId | Refused> {
  const { stores, tenant } = context;
  const approval = ApprovalId.safeParse(said);
  const state = approval.success ? await stores.approvals.get(tenant, approval.data) : null;
  const asked = RunId.safeParse(state === null ? said : state.action.run);
  const view = asked.success ? await stores.runs.view(tenant, asked.data) : null;
  if (view === null) return { refusal: refusal('not_found') };
  const flagged = await flaggedTo(context, [view]);
  // "Own" is what one asked for; whoever signs a request may check it just as well.
  const theirs = view.requester.id === context.person.id || (approval.success && flagged.has(approval.data));
  const allowed = mayOnRun(context, 'verify', view, flagged) || (theirs && mayVerifyOwn(context));
  if (!allowed) return { refusal: refusal('not_permitted', { verb: 'verify' }), subject: said };
  return state === null ? view.run : state.id;
}
