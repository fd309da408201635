import { askFor } from '../ask-for.ts';
import { startedCard } from '../../cards/run-card.ts';
import type { AgentContract } from '../../core/contract.ts';
import type { RunId } from '../../core/ids.ts';
import type { Priority } from '../../core/intake/priority.ts';
import { wordsIn } from '../../cards/languages.ts';
import { lineWords } from '../../cards/line-card.ts';
import type { Outcome } from '../chat.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { askedInChat } from '../acting.ts';
import { activeVersion, type Read } from '../agent-version.ts';
import { beginRun, mayHurry, mayRun, readInput, whyNotRun, type Begun } from '../begin-run.ts';
import { namedAgent } from '../named-agent.ts';
import { priorityField, takePriority } from '../priority.ts';
import { askIn, sayIn } from '../languages.ts';
import { suggestAgents } from '../suggested-agents.ts';
import { withSuggestions } from '../with-suggestions.ts';
import { refusal } from '../words.ts';

async function askWhich(context: CommandContext): Promise<Outcome> {
  const { language } = context.person;
  const ask = askIn(language);
  const fields = [
    await withSuggestions(context, run, { name: 'agent', ...ask.agent }),
    { name: 'input', ...ask.input },
    priorityField(language, {
      initial: 'normal',
      high: context.agents.some((agent) => mayHurry(context, agent)),
    }),
  ];
  return { kind: 'form', ...askFor({ command: 'run', words: '', title: ask.run, fields }, language) };
}

function askInput(context: CommandContext, agent: AgentContract, initial: Priority): Outcome {
  const { language } = context.person;
  const priority = priorityField(language, { initial, high: mayHurry(context, agent) });
  const questions = {
    ...{ command: 'run', words: agent.name, title: askIn(language).run },
    fields: [...agent.inputForm, priority],
  };
  return { kind: 'form', ...askFor(questions, language) };
}

/** The agent's name and, apart, what was said about the input: as words, or as the fields of its form. */
function split({ words, fields }: CommandContext['request']): { name: string; about: string; form: boolean } {
  const typed =
    words.trim() === '' && fields !== undefined ? `${fields['agent'] ?? ''} ${fields['input'] ?? ''}` : words;
  const [, name = '', about = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(typed) ?? [];
  return { name: name.toLowerCase(), about: about.trim(), form: words.trim() !== '' && fields !== undefined };
}

/** Says how it stands: begun, or its place in line, which a card then keeps true. */
async function told(context: CommandContext, { run, agent, input }: Begun): Promise<Outcome> {
  const { stores, tenant, person } = context;
  const away = await context.away();
  const say = sayIn(person.language);
  if (away.length > 0)
    return {
      kind: 'text',
      done: true,
      text: say.runWaits(run, agent.name, agent.inputLabel(input), away.join(say.and)),
    };
  const standing = await standingOf(context, run);
  if (standing !== null)
    return {
      kind: 'text',
      done: true,
      text: say.runInLine(run, agent.name, agent.inputLabel(input), standing),
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

/** Words about its place in line, and a card for it; null where it begins at once. */
async function standingOf({ stores, tenant, person }: CommandContext, run: RunId): Promise<string | null> {
  const place = await stores.intake.standing(tenant, run);
  // Should the deployment be full all the same, its card comes a moment later.
  if (place === null) return null;
  await stores.intake.showCard(tenant, run);
  return lineWords(wordsIn(person.language), place);
}

async function answer(context: CommandContext): Promise<Answered> {
  const { agents, request } = context;
  const { words, fields, priority } = takePriority(request);
  const { name, about, form } = split({ ...request, words });
  if (priority === null)
    return { refusal: refusal('bad_input', { why: 'no-priority' }), subject: name || 'run' };
  if (name === '') return askWhich(context);
  const agent = namedAgent(agents, name);
  if ('reason' in agent) return { refusal: agent };
  const why = whyNotRun(context, agent, priority);
  if (why !== null) return why;
  if (about === '' && !form) {
    const active = await activeVersion(context, agent);
    if ('reason' in active) return { refusal: active, subject: agent.name };
    return askInput(context, active, priority);
  }
  const read = (one: AgentContract): Read => readInput(one, form ? fields : one.parseInput(about));
  const begun = await beginRun(context, askedInChat(context), { agent, priority, read });
  return 'refusal' in begun ? begun : told(context, begun);
}

export const run: Command = {
  name: 'run',
  takes: '<agent> <input> [--priority high|normal|low]',
  purpose:
    'Starts an agent. It does nothing to the world that nobody signed. --priority low (or high, for Managers and Admins) orders your own runs in line.',
  example: 'run fraud-review CLM-0847',
  permission: 'run',
  suggests: { agent: suggestAgents(mayRun) },
  run: answer,
};
