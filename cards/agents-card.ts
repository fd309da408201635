import type { AgentContract } from '../core/contract.ts';
import type { LoadView, SwitchedOff, SwitchesView } from '../core/views.ts';
import type { Block, Card, Span, StateLine } from './model.ts';
import { instant, person, strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

export interface AgentsView extends SwitchesView {
  readonly agents: readonly Pick<
    AgentContract,
    'name' | 'version' | 'purpose' | 'class' | 'environment' | 'owner'
  >[];
  /** Where it is asked for: how busy each is. */
  readonly load?: LoadView;
}

/** `⏸️ Paused by Mara Lindqvist since Thu 26 Nov, 09:12`, as far as it is known. */
export const heldSpans = (
  say: CardWords,
  words: string,
  { by, atMs, reason }: SwitchedOff,
): readonly Span[] => [
  strong(words),
  ...(by === null ? [] : [text(` ${say.by} `), person(by)]),
  ...(atMs === null ? [] : [text(` ${say.since} `), instant(atMs, 'moment')]),
  ...(reason === null ? [] : [text(`: ${reason}`)]),
];

function stateOf(say: CardWords, { agents, stopped, paused }: AgentsView): StateLine {
  if (stopped !== null)
    return {
      ...{ icon: '⛔', words: say.everythingStopped, tone: 'stopped' },
      aside: heldSpans(say, say.stoppedBy, stopped),
    };
  const held = agents.filter(({ name }) => paused.has(name)).length;
  if (held === 0) return { icon: '▶️', words: say.mayStart, aside: [], tone: 'plain' };
  return { icon: '⏸️', words: say.agentsPaused(held), aside: [], tone: 'stopped' };
}

function loadOf(say: CardWords, load: LoadView | undefined, name: string): readonly string[] {
  if (load === undefined) return [];
  const { working, waiting, most } = load.agents.get(name) ?? { working: 0, waiting: 0, most: null };
  return [`${say.load(working, waiting)}, ${say.loadMost(most ?? load.most)}`];
}

function agentItem(
  say: CardWords,
  agent: AgentsView['agents'][number],
  held: SwitchedOff | undefined,
  load: LoadView | undefined,
): readonly Span[] {
  const { name, version, purpose, environment, owner } = agent;
  return [
    text(held === undefined ? '▶️ ' : '⏸️ '),
    strong(`${name} ${version}`),
    text(
      ['', agent.class, environment, `${say.ownedBy} ${owner}`, ...loadOf(say, load, name), purpose].join(
        say.separator,
      ),
    ),
    ...(held === undefined ? [] : [text(' '), ...heldSpans(say, say.pausedBy, held)]),
  ];
}

/** The agents there are: version, class, whose they are, and whether they may start. */
export function agentsCard(view: AgentsView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const { agents, paused } = view;
  const state = stateOf(say, view);
  const body: Block =
    agents.length === 0
      ? { kind: 'paragraph', spans: [text(say.noAgents)] }
      : {
          kind: 'list',
          items: agents.map((agent) => agentItem(say, agent, paused.get(agent.name), view.load)),
        };
  return {
    v: 1,
    language: say.language,
    kind: 'agents',
    subject: 'agents',
    version: 1,
    title: say.agents,
    state,
    blocks: [body],
    summary: `${say.agents}: ${state.words}`,
  };
}
