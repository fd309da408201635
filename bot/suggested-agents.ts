import { agentSuggestion } from '../cards/suggestion.ts';
import type { AgentContract } from '../core/contract.ts';
import type { CommandContext, Suggests } from './command.ts';

/** Agents that this person may use the verb on, named or meant by what was typed; `paused` picks those held or not held. */
export const suggestAgents =
  (
    may: (context: CommandContext, agent: AgentContract) => boolean,
    { paused: wanted }: { readonly paused?: boolean } = {},
  ): Suggests =>
  async (context, typed) => {
    const { stores, tenant, agents, person } = context;
    const { paused } = await stores.switches.read(tenant);
    const about = typed.toLowerCase();
    return agents
      .filter(({ name, purpose }) => `${name} ${purpose}`.toLowerCase().includes(about))
      .filter((agent) => may(context, agent) && (wanted ?? paused.has(agent.name)) === paused.has(agent.name))
      .map((agent) => agentSuggestion(agent, paused.has(agent.name), person.language));
  };
