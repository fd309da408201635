import { answerAgents } from '../answer-agents.ts';
import type { Command } from '../command.ts';

export const agents: Command = {
  name: 'agents',
  takes: '',
  purpose: 'The agents there are: version in force, class, whose they are, how busy, paused or not.',
  example: 'agents',
  permission: 'agents',
  run: async (context) => answerAgents(context, { load: await context.stores.intake.load(context.tenant) }),
};
