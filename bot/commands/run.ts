import { askFor } from '../ask-for.ts';
import { startedCard } from '../../cards/run-card.ts';
import type { AgentContract } from '../../core/contract.ts';
import type { Language } from '../../core/language.ts';
import type { Outcome } from '../chat.ts';
import { RunRefusedError } from '../../platform/runs/why-not-start.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { namedAgent } from '../named-agent.ts';
import { originOf } from '../origin.ts';
import { askIn, sayIn } from '../languages.ts';
import { refusal } from '../words.ts';

function askWhich(language: Language | undefined): Outcome {
  const ask = askIn(language);
  const fields = [
    { name: 'agent', ...ask.agent },
    { name: 'input', ...ask.input },
  ];
  return { kind: 'form', ...askFor({ command: 'run', words: '', title: ask.run, fields }, language) };
}

const askInput = (agent: AgentContract, language: Language | undefined): Outcome => ({
  kind: 'form',
  ...askFor(
    { command: 'run', words: agent.name, title: askIn(language).run, fields: agent.inputForm },
    language,
  ),
});

/** The agent's name and, apart, what was said about the input: as words, or as the fields of its form. */
function split({ words, fields }: CommandContext['request']): { name: string; about: string; form: boolean } {
  const typed =
    words.trim() === '' && fields !== undefined ? `${fields['agent'] ?? ''} ${fields['input'] ?? ''}` : words;
  const [, name = '', about = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(typed) ?? [];
  return { name: name.toLowerCase(), about: about.trim(), form: words.trim() !== '' && fields !== undefined };
}

type Input = { ok: true; input: unknown } | { ok: false; why: string };

/** The contract checks what was said, whichever way it came. */
function readInput(agent: AgentContract, said: unknown): Input {
  const parsed = agent.input.safeParse(said);
  if (parsed.success) return { ok: true, input: parsed.data };
  const message = parsed.error.issues[0]?.message;
  return { ok: false, why: message === undefined ? 'no-input' : `${message}.`.replace('..', '.') };
}

async function start(context: CommandContext, agent: AgentContract, input: unknown): Promise<Outcome> {
  const { stores, tenant, person, request, rehearsal } = context;
  const { caller, place, requestKey } = request;
  const { run } = await stores.runs.create(tenant, {
    agent,
    input,
    requester: person,
    source: caller.platform,
    dedupeKey: `${caller.platform} ${requestKey}`,
    environment: agent.environment,
    rehearsal,
    origin: originOf(caller, place),
  });
  const away = await context.away();
  const say = sayIn(person.language);
  if (away.length > 0)
    return {
      kind: 'text',
      done: true,
      text: say.runWaits(run, agent.name, agent.inputLabel(input), away.join(say.and)),
    };
  const view = await stores.runs.view(tenant, run);
  if (view === null) throw new Error('a run that was just recorded cannot be read');
  return {
    kind: 'card',
    done: true,
    audience: 'conversation',
    card: startedCard(view, await stores.people.languageOf(tenant)),
  };
}

async function answer(context: CommandContext): Promise<Answered> {
  const { agents, request } = context;
  const { name, about, form } = split(request);
  if (name === '') return askWhich(context.person.language);
  const agent = namedAgent(agents, name);
  if ('reason' in agent) return { refusal: agent };
  const { class: kind, environment, owner: team } = agent;
  if (!context.may('run', { class: kind, environment, team, owner: context.person.id }))
    return { refusal: refusal('not_permitted', { verb: `run ${agent.name}` }), subject: agent.name };
  if (about === '' && !form) return askInput(agent, context.person.language);
  const read = readInput(agent, form ? request.fields : agent.parseInput(about));
  if (!read.ok) return { refusal: refusal('bad_input', { why: read.why }), subject: agent.name };
  try {
    return await start(context, agent, read.input);
  } catch (error) {
    if (!(error instanceof RunRefusedError)) throw error;
    return { refusal: refusal(error.reason, { agent: agent.name }), subject: agent.name };
  }
}

export const run: Command = {
  name: 'run',
  takes: '<agent> <input>',
  purpose: 'Starts an agent. It does nothing to the world that nobody signed.',
  example: 'run fraud-review CLM-0847',
  permission: 'run',
  run: answer,
};
