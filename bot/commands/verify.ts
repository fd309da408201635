import type { Acting, Refused } from '../acting.ts';
import { aboutHere } from '../about-here.ts';
import { askFor } from '../ask-for.ts';
import { verifyCard } from '../../cards/verify-card.ts';
import { ApprovalId, RunId } from '../../core/ids.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { flaggedTo, mayOnRun } from '../visible-runs.ts';
import { suggestRunsAndApprovals } from '../suggested-runs.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { askIn } from '../languages.ts';
import { refusal } from '../words.ts';

async function told(context: CommandContext, what?: RunId | ApprovalId): Promise<Answered> {
  const { stores, tenant, person } = context;
  const { language, timeZone } = person;
  const view = await stores.ledger.verify(tenant, what, { ...(language ? { language } : {}), timeZone });
  return { kind: 'card', done: true, audience: 'private', card: verifyCard(view, language) };
}

const mayOwn = ({ may, person }: Acting): boolean => may('verify', { owner: person.id, team: person.team });

/** A run or an approval that this person may have checked; the same in the API. */
export async function verifiable(context: Acting, said: string): Promise<RunId | ApprovalId | Refused> {
  const { stores, tenant } = context;
  const approval = ApprovalId.safeParse(said);
  const state = approval.success ? await stores.approvals.get(tenant, approval.data) : null;
  const asked = RunId.safeParse(state === null ? said : state.action.run);
  const view = asked.success ? await stores.runs.view(tenant, asked.data) : null;
  if (view === null) return { refusal: refusal('not_found') };
  const flagged = await flaggedTo(context);
  // "Own" is what one asked for; whoever signs a request may check it just as well.
  const theirs = view.requester.id === context.person.id || (approval.success && flagged.has(approval.data));
  const allowed = mayOnRun(context, 'verify', view, flagged) || (theirs && mayOwn(context));
  if (!allowed) return { refusal: refusal('not_permitted', { verb: 'verify' }), subject: said };
  return state === null ? view.run : state.id;
}

async function answer(context: CommandContext): Promise<Answered> {
  const { request, may } = context;
  const typed = (request.words || request.fields?.['id'] || '').trim();
  const here = typed === '' ? await aboutHere(context) : null;
  const said = typed || (here?.approval ?? here?.run ?? '');
  if (said === '') {
    if (may('verify', {})) return told(context);
    const id = { name: 'id', ...askIn(context.person.language).verifyId };
    const fields = [await withSuggestions(context, verify, id)];
    return {
      kind: 'form',
      ...askFor(
        { command: 'verify', words: '', title: askIn(context.person.language).verify, fields },
        context.person.language,
      ),
    };
  }
  const what = await verifiable(context, said);
  return typeof what === 'string' ? told(context, what) : what;
}

export const verify: Command = {
  name: 'verify',
  takes: '[run or approval]',
  purpose: 'Recomputes the ledger and says whether it holds.',
  example: 'verify apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
  permission: 'verify',
  suggests: {
    id: suggestRunsAndApprovals({
      run: (context, view, flagged) => mayOnRun(context, 'verify', view, flagged),
      approval: (context, id, flagged) => flagged.has(id) && mayOwn(context),
    }),
  },
  run: answer,
};
