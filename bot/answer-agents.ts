import { agentsCard, type AgentsView } from '../cards/agents-card.ts';
import { placeOf } from './agent-version.ts';
import type { Answered, CommandContext } from './command.ts';

/** Which version of each agent plays new runs now, and whether the code still has it. */
async function versionsIn(context: CommandContext): Promise<NonNullable<AgentsView['versions']>> {
  const { stores, tenant, agents } = context;
  const found = await Promise.all(
    agents.map(async (agent) => {
      const place = placeOf(context, agent, agent.environment);
      const state = await stores.versions.read(tenant, place);
      return state === null ? [] : [[agent.name, { state, known: place.known }] as const];
    }),
  );
  return new Map(found.flat());
}

/** The agents as they are now: what `agents` says, and what whoever paused, resumed or stopped them is shown. */
export async function answerAgents(
  context: CommandContext,
  more: Pick<AgentsView, 'load'> = {},
): Promise<Answered> {
  const { stores, tenant, person, agents } = context;
  const [held, versions] = await Promise.all([stores.switches.read(tenant), versionsIn(context)]);
  const card = agentsCard({ agents, versions, ...held, ...more }, person.language);
  return { kind: 'card', done: true, audience: 'private', card };
}
