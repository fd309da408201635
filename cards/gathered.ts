import { figure } from '../core/charts/figures.ts';
import type { Gathered } from '../core/incident/gathered.ts';
import { FLOOD } from '../core/incident/gather.ts';
import type { IncidentState } from '../core/incident/types.ts';
import type { ConditionView, IncidentView } from '../core/incident/views.ts';
import { whole } from './figures.ts';
import { gatheredWordsIn, type GatheredWords } from './gathered-words.ts';
import type { IncidentWords } from './incident-words.ts';
import { wordsIn } from './languages.ts';
import type { Block, CardAction } from './model.ts';
import { commandButton } from './run-buttons.ts';
import { code, strong, text } from './spans.ts';

/** As many versions as may be gone back from on one card. */
const ROLL_BACKS = 3;
/** What fits a button in either chat, with an agent's long name cut. */
const LONGEST_NAME = 30;

const measureOf = (say: IncidentWords, rule: string): string =>
  Object.hasOwn(say.measures, rule) ? say.measures[rule as keyof IncidentWords['measures']] : rule;

/** `37 agents: share of runs that failed`: what they have in common, and how many there are. */
export function gatheredSubject(
  incidentWords: IncidentWords,
  { agent, rule }: Pick<IncidentState, 'agent' | 'rule'>,
  { by, firing, total, agents }: Gathered,
): string {
  const words = wordsIn(incidentWords.language);
  const say = gatheredWordsIn(incidentWords.language);
  const count = firing === 0 ? total : firing;
  if (by === 'agent' && agent !== null) return say.byAgent(agent, count, whole(words, count));
  if (by === 'rule') return say.byRule(whole(words, count), count, measureOf(incidentWords, rule));
  return say.all(whole(words, count), count, whole(words, agents));
}

const short = (agent: string): string =>
  agent.length > LONGEST_NAME ? `${agent.slice(0, LONGEST_NAME - 1)}…` : agent;

/** One of the worst, with the lever that stops its agent; or its worst run, where it stands still already. */
function line(incidentWords: IncidentWords, say: GatheredWords, condition: ConditionView): Block {
  const { agent, version, rule, value, threshold, unit, paused, worstRuns } = condition;
  const shown = (n: number): string => figure(incidentWords.language, unit, n);
  const who = [agent ?? incidentWords.company, version].filter(Boolean).join(' ');
  const what = `: ${measureOf(incidentWords, rule)}`;
  const how = value === null ? '' : ` ${say.limit(shown(value), shown(threshold))}`;
  const [run] = worstRuns;
  const spans = [code(who), text(`${what}${how}${paused ? ` · ${incidentWords.paused}` : ''}`)];
  if (agent !== null && !paused)
    return { kind: 'item', lines: [spans], action: commandButton(incidentWords.pause, 'pause', agent) };
  return run === undefined
    ? { kind: 'paragraph', spans }
    : { kind: 'item', lines: [spans], action: commandButton(incidentWords.trace, 'trace', run) };
}

function rollBacks(say: GatheredWords, { state, worst }: IncidentView): Block[] {
  const actions = new Map<string, CardAction>();
  for (const { agent, previousVersion } of worst)
    if (agent !== null && previousVersion !== null && actions.size < ROLL_BACKS)
      actions.set(
        agent,
        commandButton(say.rollBack(short(agent), previousVersion), 'rollback', `${agent} ${state.id}`),
      );
  return actions.size === 0 ? [] : [{ kind: 'actions', actions: [...actions.values()], menu: [] }];
}

/** What an incident that gathers many shows in the place of one thing's figures: how many, the worst of them, their levers. */
export function gatheredBlocks(incidentWords: IncidentWords, view: IncidentView): Block[] {
  const { gathered } = view.state.finding;
  if (gathered === undefined) return [];
  const words = wordsIn(incidentWords.language);
  const say = gatheredWordsIn(incidentWords.language);
  const { firing, over, total } = gathered;
  const left = (firing === 0 ? total - over : firing) - view.worst.length;
  return [
    {
      kind: 'paragraph',
      spans: [text(`${say.now(whole(words, firing), whole(words, over), whole(words, total))} ${say.each}`)],
    },
    ...(firing >= FLOOD
      ? [{ kind: 'paragraph' as const, spans: [strong(say.flood(whole(words, firing)))] }]
      : []),
    ...(view.worst.length === 0 ? [] : [{ kind: 'paragraph' as const, spans: [strong(say.worst)] }]),
    ...view.worst.map((one) => line(incidentWords, say, one)),
    ...(left > 0 ? [{ kind: 'context' as const, spans: [text(say.more(left, whole(words, left)))] }] : []),
    ...rollBacks(say, view),
  ];
}
