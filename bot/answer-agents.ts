import { agentsCard } from '../cards/agents-card.ts';
import type { Answered, CommandContext } from './command.ts';

/** The agents as they are held now: what whoever paused, resumed or stopped them is shown. */
export async function answerAgents({ stores, tenant, person, agents }: CommandContext): Promise<Answered> {
  const held = await stores.switches.read(tenant);
  return {
    kind: 'card',
    done: true,
    audience: 'private',
    card: agentsCard({ agents, ...held }, person.language),
  };
}
