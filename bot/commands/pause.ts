import { answerAgents } from '../answer-agents.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { agentResource, namedAgent } from '../named-agent.ts';
import { suggestAgents } from '../suggested-agents.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { askIn } from '../languages.ts';
import { refusal } from '../words.ts';

async function answer(context: CommandContext): Promise<Answered> {
  const { stores, tenant, person, request, agents } = context;
  const said = (request.words || request.fields?.['agent'] || '').trim();
  if (said === '') {
    const agent = { name: 'agent', ...askIn(person.language).agent };
    const fields = [await withSuggestions(context, pause, agent)];
    return {
      kind: 'form',
      ...askFor(
        { command: 'pause', words: '', title: askIn(person.language).pause, fields },
        person.language,
      ),
    };
  }
  const agent = namedAgent(agents, said);
  if ('reason' in agent) return { refusal: agent };
  if (!context.may('pause', agentResource(agent)))
    return { refusal: refusal('not_permitted', { verb: `pause ${agent.name}` }), subject: agent.name };
  await stores.switches.pause(tenant, agent.name, person.id);
  return answerAgents(context);
}

export const pause: Command = {
  name: 'pause',
  takes: '<agent>',
  purpose: 'Holds an agent: nothing starts, is signed or runs for it until it is resumed.',
  example: 'pause fraud-review',
  permission: 'pause',
  suggests: {
    agent: suggestAgents((context, agent) => context.may('pause', agentResource(agent)), { paused: false }),
  },
  run: answer,
};
