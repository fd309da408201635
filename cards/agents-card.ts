import type { AgentContract } from '../core/contract.ts';
import type { LoadView, SwitchedOff, SwitchesView } from '../core/views.ts';
import type { VersionState } from '../core/versions.ts';
import type { Block, Card, Span, StateLine } from './model.ts';
import { instant, person, strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import { percentText } from './own-actions.ts';
import type { CardWords } from './words.ts';

export interface AgentsView extends SwitchesView {
  readonly agents: readonly Pick<
    AgentContract,
    'name' | 'version' | 'purpose' | 'class' | 'environment' | 'owner'
  >[];
  /** By agent: which version plays new runs; `known` are those that the code has. */
  readonly versions?: ReadonlyMap<
    string,
    { readonly state: VersionState; readonly known: readonly string[] }
  >;
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

/** The share that tries another version, what roll back returns to, and what the code has no more. */
function versionWords(say: CardWords, { versions }: AgentsView, name: string): readonly string[] {
  const found = versions?.get(name);
  if (found === undefined) return [];
  const { active, next, percent, previous } = found.state;
  const gone = [active, next].filter((one) => one !== null && !found.known.includes(one));
  return [
    ...(next === null ? [] : [say.versions.share(percentText(say, percent), next)]),
    ...gone.map((one) => say.versions.gone(one ?? '')),
    ...(next === null && previous !== null ? [say.versions.back(previous)] : []),
  ];
}

function agentItem(say: CardWords, agent: AgentsView['agents'][number], view: AgentsView): readonly Span[] {
  const { name, purpose, environment, owner } = agent;
  const held = view.paused.get(name);
  const version = view.versions?.get(name)?.state.active ?? agent.version;
  const parts = [
    ...['', ...versionWords(say, view, name), agent.class, environment, `${say.ownedBy} ${owner}`],
    ...[...loadOf(say, view.load, name), purpose],
  ];
  return [
    text(held === undefined ? '▶️ ' : '⏸️ '),
    strong(`${name} ${version}`),
    text(parts.join(say.separator)),
    ...(held === undefined ? [] : [text(' '), ...heldSpans(say, say.pausedBy, held)]),
  ];
}

/** The agents there are: version, class, whose they are, and whether they may start. */
export function agentsCard(view: AgentsView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const { agents } = view;
  const state = stateOf(say, view);
  const body: Block =
    agents.length === 0
      ? { kind: 'paragraph', spans: [text(say.noAgents)] }
      : {
          kind: 'list',
          items: agents.map((agent) => agentItem(say, agent, view)),
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
