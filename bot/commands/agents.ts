import { agentsCard } from '../../cards/agents-card.ts';
import type { Command } from '../command.ts';

export const agents: Command = {
  name: 'agents',
  takes: '',
  purpose: 'The agents there are: version, class, whose they are, how busy, paused or not.',
  example: 'agents',
  permission: 'agents',
  run: async ({ stores, tenant, person, agents: known }) => {
    const [held, load] = await Promise.all([stores.switches.read(tenant), stores.intake.load(tenant)]);
    return {
      kind: 'card',
      done: true,
      audience: 'private',
      card: agentsCard({ agents: known, load, ...held }, person.language),
    };
  },
};
