import { costsCard } from '../../cards/costs-card.ts';
import { traceCard } from '../../cards/trace-card.ts';
import type { RunId } from '../../core/ids.ts';
import type { Acting } from '../acting.ts';
import { aboutHere } from '../about-here.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { flaggedTo, mayOnRun } from '../visible-runs.ts';
import { refusal } from '../words.ts';

const DAYS = 7;

type Scope = { requester?: Acting['person']['id']; team?: string; sandbox?: true };

/** As far as the person's rights reach: everything, their team, their own runs, or the sandbox. */
export function costScopeOf({ may, person }: Acting): Scope | null {
  if (may('costs', {})) return {};
  if (may('costs', { team: person.team })) return { team: person.team };
  if (may('costs', { owner: person.id })) return { requester: person.id };
  if (may('costs', { environment: 'sandbox' })) return { sandbox: true };
  return null;
}

/** In a run's thread: what that run cost, step by step. */
async function ofRun(context: CommandContext, run: RunId): Promise<Answered> {
  const view = await context.stores.runs.view(context.tenant, run);
  if (view === null) return { refusal: refusal('not_found') };
  const flagged = await flaggedTo(context, [view]);
  // The steps are the trace, so that whoever asks needs both rights.
  if (!mayOnRun(context, 'costs', view, flagged) || !mayOnRun(context, 'trace', view, flagged))
    return { refusal: refusal('not_permitted', { verb: 'costs' }), subject: run };
  return { kind: 'card', done: true, audience: 'private', card: traceCard(view, context.person.language) };
}

export const costs: Command = {
  name: 'costs',
  takes: '',
  purpose: `What the last ${DAYS} days cost, by day and by agent.`,
  example: 'costs',
  permission: 'costs',
  run: async (context) => {
    const here = await aboutHere(context);
    if (here !== null) return ofRun(context, here.run);
    const scope = costScopeOf(context);
    if (scope === null) return { refusal: refusal('not_permitted', { verb: 'costs' }) };
    const view = await context.stores.runs.costs(context.tenant, { ...scope, days: DAYS });
    return { kind: 'card', done: true, audience: 'private', card: costsCard(view, context.person.language) };
  },
};
