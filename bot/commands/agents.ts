import { agentsCard } from '../../cards/agents-card.ts';
import type { Command } from '../command.ts';

export const agents: Command = {
  name: 'agents',
  takes: '',
  purpose: 'The agents there are: version, class, whose they are, paused or not.',
  example: 'agents',
  permission: 'agents',
  run: async ({ stores, tenant, person, agents: known }) => {
    const held = await stores.switches.read(tenant);
    return {
      kind: 'card',
      done: true,
      audience: 'private',
      card: agentsCard({ agents: known, ...held }, person.language),
    };
  },
};
