import { closest } from 'fastest-levenshtein';
import type { AgentContract } from '../core/contract.ts';
import type { Resource } from '../core/roles.ts';
import type { Refusal } from '../core/views.ts';
import { refusal } from './words.ts';

/** The agent of that name, or the refusal that offers the nearest one. */
export function namedAgent(known: readonly AgentContract[], name: string): AgentContract | Refusal {
  const found = known.find((agent) => agent.name === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const nearest = closest(
    name,
    known.map((agent) => agent.name),
  );
  return refusal('unknown_agent', { agent: name.slice(0, 40), ...(nearest ? { nearest } : {}) });
}

/** An agent as the roles table sees it: it belongs to the team that owns it. */
export const agentResource = (agent: AgentContract): Partial<Resource> => ({
  class: agent.class,
  environment: agent.environment,
  team: agent.owner,
});
