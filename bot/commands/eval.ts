import { withOwnCases } from '../../core/evals/own-cases.ts';
import { versionsOf } from '../../core/versions.ts';
import type { AgentContract } from '../../core/contract.ts';
import { askFor } from '../ask-for.ts';
import { activeVersion, versionNamed } from '../agent-version.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { askIn, sayIn } from '../languages.ts';
import { agentResource, namedAgent } from '../named-agent.ts';
import { originOf } from '../origin.ts';
import { suggestAgents } from '../suggested-agents.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { refusal } from '../words.ts';

const mayEvaluate = ({ may }: CommandContext, agent: AgentContract): boolean =>
  may('eval', { ...agentResource(agent), kind: 'eval' });

async function askWhich(context: CommandContext): Promise<Answered> {
  const { language } = context.person;
  const ask = askIn(language);
  const fields = [
    await withSuggestions(context, evaluate, { name: 'agent', ...ask.agent }),
    { name: 'version', ...ask.evalVersion, required: false },
  ];
  return { kind: 'form', ...askFor({ command: 'eval', words: '', title: ask.eval, fields }, language) };
}

/** Whoever asks for it is told at once; the card is a copy like any other, kept true where they asked. */
async function begin(context: CommandContext, agent: AgentContract): Promise<Answered> {
  const { stores, tenant, person, request, golden, rehearsal } = context;
  const { caller, place, requestKey } = request;
  const { name, version } = agent;
  const known = golden(name, version);
  const set = known && withOwnCases(agent, known, await stores.golden.accepted(tenant, name));
  if (set === null || set.cases === 0)
    return { refusal: refusal('wrong_state', { why: 'no-cases', agent: name }), subject: name };
  if (!set.sound) return { refusal: refusal('wrong_state', { why: 'cases-wrong', version }), subject: name };
  const { cases, casesHash, promptHash, model } = set;
  const wanted = { cases, casesHash, promptHash, model };
  const asked = await stores.evals.ask(tenant, {
    ...{ ...wanted, agent: name, agentVersion: version, rehearsal, source: 'chat', requester: person.id },
    ...{ origin: originOf(caller, place), requestKey: `${caller.platform} ${requestKey}` },
  });
  if ('running' in asked)
    return { refusal: refusal('wrong_state', { why: 'eval-runs', version }), subject: asked.running };
  const text = sayIn(person.language).evalBegun(asked.eval, name, version, set.cases, rehearsal);
  return { kind: 'text', done: true, text };
}

async function answer(context: CommandContext): Promise<Answered> {
  const { words, fields } = context.request;
  const typed = words.trim() === '' ? `${fields?.['agent'] ?? ''} ${fields?.['version'] ?? ''}` : words;
  const [name = '', version] = typed.trim().split(/\s+/);
  if (name === '') return askWhich(context);
  const agent = namedAgent(context.agents, name);
  if ('reason' in agent) return { refusal: agent };
  if (!mayEvaluate(context, agent))
    return { refusal: refusal('not_permitted', { verb: 'eval' }), subject: agent.name };
  const known = versionsOf(context.versions, agent.name).map((one) => one.version);
  if (version !== undefined && !known.includes(version)) {
    const said = { said: version.slice(0, 20), known: known.join(', ') };
    return { refusal: refusal('bad_input', { why: 'no-version', ...said }), subject: agent.name };
  }
  const which =
    version === undefined ? await activeVersion(context, agent) : versionNamed(context, agent.name, version);
  return 'reason' in which ? { refusal: which, subject: agent.name } : begin(context, which);
}

export const evaluate: Command = {
  name: 'eval',
  takes: '<agent> [version]',
  purpose:
    'Plays every golden case of an agent in the sandbox and marks it; one card shows how far it is and what came of it.',
  example: 'eval fraud-review 1.1.0',
  permission: 'eval',
  suggests: { agent: suggestAgents(mayEvaluate) },
  run: answer,
};
