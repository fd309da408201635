import { answerAgents } from '../answer-agents.ts';
import { askFor } from '../ask-for.ts';
import type { Answered, Command, CommandContext, Suggests } from '../command.ts';
import { agentResource, namedAgent } from '../named-agent.ts';
import { suggestAgents } from '../suggested-agents.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { askIn } from '../languages.ts';
import { EVERYTHING, refusal } from '../words.ts';

/** The stop of the whole company is lifted by its name, so that nobody lifts it by resuming one agent. */
async function liftStop({ stores, tenant, person, may }: CommandContext): Promise<Answered | null> {
  if (!may('stop-tenant', {}))
    return { refusal: refusal('not_permitted', { verb: `resume ${EVERYTHING}` }), subject: tenant };
  await stores.switches.lift(tenant, person.id);
  return null;
}

async function resumeAgent(context: CommandContext, said: string): Promise<Answered | null> {
  const { stores, tenant, person, agents, may } = context;
  const agent = namedAgent(agents, said);
  if ('reason' in agent) return { refusal: agent };
  if (!may('resume', agentResource(agent)))
    return { refusal: refusal('not_permitted', { verb: `resume ${agent.name}` }), subject: agent.name };
  await stores.switches.resume(tenant, agent.name, person.id);
  return null;
}

const heldAgents = suggestAgents((context, agent) => context.may('resume', agentResource(agent)), {
  paused: true,
});

/** While everything is stopped, that comes first, for whom it is. */
const suggestHeld: Suggests = async (context, typed) => {
  const { stores, tenant, may, person } = context;
  const { stopped } = await stores.switches.read(tenant);
  const label = askIn(person.language).everything;
  const fits = `${EVERYTHING} ${label}`.toLowerCase().includes(typed.toLowerCase());
  const first = stopped !== null && fits && may('stop-tenant', {}) ? [{ value: EVERYTHING, label }] : [];
  return [...first, ...(await heldAgents(context, typed))];
};

async function answer(context: CommandContext): Promise<Answered> {
  const { request } = context;
  const said = (request.words || request.fields?.['agent'] || '').trim();
  if (said === '') {
    const agent = { name: 'agent', ...askIn(context.person.language).agentOrEverything };
    const fields = [await withSuggestions(context, resume, agent)];
    return {
      kind: 'form',
      ...askFor(
        { command: 'resume', words: '', title: askIn(context.person.language).resume, fields },
        context.person.language,
      ),
    };
  }
  const refused =
    said.toLowerCase() === EVERYTHING ? await liftStop(context) : await resumeAgent(context, said);
  if (refused !== null) return refused;
  return answerAgents(context);
}

export const resume: Command = {
  name: 'resume',
  takes: `<agent> or ${EVERYTHING}`,
  purpose: 'Ends a pause, or the stop of everything. What was signed and is in time then runs.',
  example: 'resume fraud-review',
  permission: 'resume',
  suggests: { agent: suggestHeld },
  run: answer,
};
