import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { askIn } from '../languages.ts';
import { namedAgent } from '../named-agent.ts';
import { askRollBack, mayRollBack } from '../own/ask-roll-back.ts';
import { suggestAgents } from '../suggested-agents.ts';
import { withSuggestions } from '../with-suggestions.ts';

const LONGEST_WHY = 300;

async function askWhich(context: CommandContext): Promise<Answered> {
  const { language } = context.person;
  const ask = askIn(language);
  const fields = [
    await withSuggestions(context, rollback, { name: 'agent', ...ask.agent }),
    { name: 'why', ...ask.rollbackWhy, maxLength: LONGEST_WHY },
  ];
  return {
    kind: 'form',
    ...askFor({ command: 'rollback', words: '', title: ask.rollback, fields }, language),
  };
}

async function answer(context: CommandContext): Promise<Answered> {
  const { words, fields } = context.request;
  const typed = words.trim() === '' ? `${fields?.['agent'] ?? ''} ${fields?.['why'] ?? ''}` : words;
  const [, name = '', why = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(typed) ?? [];
  if (name === '') return askWhich(context);
  const agent = namedAgent(context.agents, name);
  if ('reason' in agent) return { refusal: agent };
  return askRollBack(context, agent, why);
}

export const rollback: Command = {
  name: 'rollback',
  takes: '<agent> [why]',
  purpose: 'Asks people to sign one step back to the version before. Runs that have begun keep theirs.',
  example: 'rollback fraud-review',
  permission: 'rollback',
  suggests: { agent: suggestAgents(mayRollBack) },
  run: answer,
};
