import type { AgentContract } from '../core/contract.ts';
import { versionsOf } from '../core/versions.ts';
import { activeVersion, versionNamed } from './agent-version.ts';
import { askFor } from './ask-for.ts';
import type { Answered, Command, CommandContext } from './command.ts';
import { askIn } from './languages.ts';
import { agentResource, namedAgent } from './named-agent.ts';
import { withSuggestions } from './with-suggestions.ts';
import { refusal } from './words.ts';

/** May the person measure this agent, or read what was measured. */
export const mayEvaluate = ({ may }: CommandContext, agent: AgentContract): boolean =>
  may('eval', { ...agentResource(agent), kind: 'eval' });

async function askWhich(context: CommandContext, command: Command, title: string): Promise<Answered> {
  const { language } = context.person;
  const ask = askIn(language);
  const fields = [
    await withSuggestions(context, command, { name: 'agent', ...ask.agent }),
    { name: 'version', ...ask.evalVersion, required: false },
  ];
  return { kind: 'form', ...askFor({ command: command.name, words: '', title, fields }, language) };
}

/** `<agent> [version]`, typed or chosen in a form: the version that was meant, or what to answer instead. */
export async function agentToEvaluate(
  context: CommandContext,
  { command, title }: { readonly command: Command; readonly title: 'eval' | 'ready' },
): Promise<{ readonly contract: AgentContract } | { readonly answered: Answered }> {
  const { words, fields } = context.request;
  const typed = words.trim() === '' ? `${fields?.['agent'] ?? ''} ${fields?.['version'] ?? ''}` : words;
  const [name = '', version] = typed.trim().split(/\s+/);
  if (name === '')
    return { answered: await askWhich(context, command, askIn(context.person.language)[title]) };
  const agent = namedAgent(context.agents, name);
  if ('reason' in agent) return { answered: { refusal: agent } };
  if (!mayEvaluate(context, agent))
    return { answered: { refusal: refusal('not_permitted', { verb: 'eval' }), subject: agent.name } };
  const known = versionsOf(context.versions, agent.name).map((one) => one.version);
  if (version !== undefined && !known.includes(version)) {
    const said = { said: version.slice(0, 20), known: known.join(', ') };
    return {
      answered: { refusal: refusal('bad_input', { why: 'no-version', ...said }), subject: agent.name },
    };
  }
  const which =
    version === undefined ? await activeVersion(context, agent) : versionNamed(context, agent.name, version);
  return 'reason' in which ? { answered: { refusal: which, subject: agent.name } } : { contract: which };
}
