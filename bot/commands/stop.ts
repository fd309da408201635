import { answerAgents } from '../answer-agents.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { askIn } from '../languages.ts';

const LONGEST_REASON = 300;

/** The reason is asked for: it stops a slip of the fingers, and everyone who is refused can find it. */
async function answer(context: CommandContext): Promise<Answered> {
  const { stores, tenant, person, request } = context;
  const reason = (request.words || request.fields?.['reason'] || '').trim().slice(0, LONGEST_REASON);
  if (reason === '') {
    const fields = [{ name: 'reason', ...askIn(person.language).stopReason }];
    return {
      kind: 'form',
      ...askFor({ command: 'stop', words: '', title: askIn(person.language).stop, fields }, person.language),
    };
  }
  await stores.switches.stop(tenant, person.id, reason);
  return answerAgents(context);
}

export const stop: Command = {
  name: 'stop',
  takes: '<why>',
  purpose: 'Stops the whole company: nothing starts, is signed or runs, also what is signed already.',
  example: 'stop payouts go to a wrong account',
  permission: 'stop-tenant',
  run: answer,
};
