import { agentsCard } from '../../cards/agents-card.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { askIn } from '../languages.ts';

const LONGEST_REASON = 300;

/** The reason is asked for: it stops a slip of the fingers, and everyone who is refused can find it. */
async function answer({ stores, tenant, person, request, agents }: CommandContext): Promise<Answered> {
  const reason = (request.words || request.fields?.['reason'] || '').trim().slice(0, LONGEST_REASON);
  if (reason === '') {
    const fields = [{ name: 'reason', ...askIn(person.language).stopReason }];
    return {
      kind: 'form',
      ...askFor({ command: 'stop', words: '', title: askIn(person.language).stop, fields }, person.language),
    };
  }
  await stores.switches.stop(tenant, person.id, reason);
  const held = await stores.switches.read(tenant);
  return {
    kind: 'card',
    done: true,
    audience: 'private',
    card: agentsCard({ agents, ...held }, person.language),
  };
}

export const stop: Command = {
  name: 'stop',
  takes: '<why>',
  purpose: 'Stops the whole company: nothing starts, is signed or runs, also what is signed already.',
  example: 'stop payouts go to a wrong account',
  permission: 'stop-tenant',
  run: answer,
};
