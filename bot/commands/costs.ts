import { costsCard } from '../../cards/costs-card.ts';
import type { Command, CommandContext } from '../command.ts';
import { refusal } from '../words.ts';

const DAYS = 7;

type Scope = { requester?: CommandContext['person']['id']; team?: string };

/** As far as the person's rights reach: everything, their team, or their own runs. */
function scopeOf({ may, person }: CommandContext): Scope | null {
  if (may('costs', {})) return {};
  if (may('costs', { team: person.team })) return { team: person.team };
  const own = { owner: person.id };
  if (may('costs', own) || may('costs', { ...own, environment: 'sandbox' })) return { requester: person.id };
  return null;
}

export const costs: Command = {
  name: 'costs',
  takes: '',
  purpose: `What the last ${DAYS} days cost, by day and by agent.`,
  example: 'costs',
  permission: 'costs',
  run: async (context) => {
    const scope = scopeOf(context);
    if (scope === null) return { refusal: refusal('not_permitted', { verb: 'costs' }) };
    const view = await context.stores.runs.costs(context.tenant, { ...scope, days: DAYS });
    return { kind: 'card', done: true, audience: 'private', card: costsCard(view, context.person.language) };
  },
};
