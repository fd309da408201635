import type { AgentContract } from '../core/contract.ts';
import type { SwitchedOff, SwitchesView } from '../core/views.ts';
import { counted } from './figures.ts';
import type { Block, Card, Span, StateLine } from './model.ts';
import { instant, person, strong, text } from './spans.ts';
import { WORDS } from './words.ts';

export interface AgentsView extends SwitchesView {
  readonly agents: readonly Pick<
    AgentContract,
    'name' | 'version' | 'purpose' | 'class' | 'environment' | 'owner'
  >[];
}

/** `⏸️ Paused by Mara Lindqvist since Thu 26 Nov, 09:12`, as far as it is known. */
export const heldSpans = (words: string, { by, atMs, reason }: SwitchedOff): readonly Span[] => [
  strong(words),
  ...(by === null ? [] : [text(` ${WORDS.by} `), person(by)]),
  ...(atMs === null ? [] : [text(` ${WORDS.since} `), instant(atMs, 'moment')]),
  ...(reason === null ? [] : [text(`: ${reason}`)]),
];

function stateOf({ agents, stopped, paused }: AgentsView): StateLine {
  if (stopped !== null)
    return {
      ...{ icon: '⛔', words: WORDS.everythingStopped, tone: 'stopped' },
      aside: heldSpans(WORDS.stoppedBy, stopped),
    };
  const held = agents.filter(({ name }) => paused.has(name)).length;
  if (held === 0) return { icon: '▶️', words: WORDS.mayStart, aside: [], tone: 'plain' };
  return { icon: '⏸️', words: `${counted(held, 'agent')} ${WORDS.somePaused}`, aside: [], tone: 'stopped' };
}

function agentItem(agent: AgentsView['agents'][number], held: SwitchedOff | undefined): readonly Span[] {
  const { name, version, purpose, environment, owner } = agent;
  return [
    text(held === undefined ? '▶️ ' : '⏸️ '),
    strong(`${name} ${version}`),
    text(['', agent.class, environment, `${WORDS.ownedBy} ${owner}`, purpose].join(WORDS.separator)),
    ...(held === undefined ? [] : [text(' '), ...heldSpans(WORDS.pausedBy, held)]),
  ];
}

/** The agents there are: version, class, whose they are, and whether they may start. */
export function agentsCard(view: AgentsView): Card {
  const { agents, paused } = view;
  const state = stateOf(view);
  const body: Block =
    agents.length === 0
      ? { kind: 'paragraph', spans: [text(WORDS.noAgents)] }
      : { kind: 'list', items: agents.map((agent) => agentItem(agent, paused.get(agent.name))) };
  return {
    v: 1,
    kind: 'agents',
    subject: 'agents',
    version: 1,
    title: WORDS.agents,
    state,
    blocks: [body],
    summary: `${WORDS.agents}: ${state.words}`,
  };
}
