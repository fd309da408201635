import type { Finding } from '../core/alerts/finding.ts';
import { reasonSentence } from '../core/alerts/reasons.ts';
import { altText } from '../core/charts/alt-text.ts';
import type { Chart } from '../core/charts/chart.ts';
import { figure } from '../core/charts/figures.ts';
import { escalatesAtMs } from '../core/incident/ladder.ts';
import { staysClearMs } from '../core/incident/limits.ts';
import type { IncidentState } from '../core/incident/types.ts';
import type { IncidentView } from '../core/incident/views.ts';
import type { Language } from '../core/language.ts';
import { forwardWordsIn, type ForwardWords } from './forward-words.ts';
import { gatheredBlocks, gatheredSubject } from './gathered.ts';
import { wordsIn } from './languages.ts';
import { ledgerRange, whole } from './figures.ts';
import { incidentButtons } from './incident-buttons.ts';
import { INCIDENT_GERMAN, INCIDENT_WORDS, type IncidentWords } from './incident-words.ts';
import type { Block, Card, Fact, Span, StateLine } from './model.ts';
import { commandButton } from './run-buttons.ts';
import { code, fact, instant, joined, person, strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

export const incidentWordsIn = (language: Language): IncidentWords =>
  language === 'de' ? INCIDENT_GERMAN : INCIDENT_WORDS;

/** As many of the worst as are worth looking at on a phone. */
const WORST = 3;

const nameOf = (
  say: IncidentWords,
  { people }: Pick<IncidentView, 'people'>,
  id: IncidentState['asked']['person'],
) => (id === null ? undefined : people.get(id)?.name) ?? say.somebody;

/** Who has what: `fraud-review 1.5.0 says things its sources do not`. */
export function incidentSubject(say: IncidentWords, { finding, agent, rule }: IncidentState): string {
  if (finding.gathered !== undefined) return gatheredSubject(say, { agent, rule }, finding.gathered);
  const who = agent === null ? say.company : [agent, finding.version].filter(Boolean).join(' ');
  const what = Object.hasOwn(say.rules, rule)
    ? say.rules[rule as keyof IncidentWords['rules']]
    : say.otherRule(rule);
  return `${who} ${what}`;
}

export const incidentTitle = (say: IncidentWords, state: IncidentState): string =>
  `${say.severities[state.severity]}: ${incidentSubject(say, state)}`;

/** When the next is asked, as far as the clock will ask anybody. */
function nextSpans(say: IncidentWords, state: IncidentState): Span[] {
  const atMs = escalatesAtMs(state);
  return atMs === null ? [] : [text(`${say.next} `), instant(atMs, 'time')];
}

function stateLine(say: IncidentWords, view: IncidentView): StateLine {
  const { state } = view;
  const { resolved, acknowledged, silence } = state;
  if (resolved !== null) {
    const by = resolved.by === null ? say.stayedClear : say.resolved(nameOf(say, view, resolved.by));
    return { icon: '✅', words: by, aside: [instant(resolved.atMs, 'moment')], tone: 'done' };
  }
  if (acknowledged !== null)
    return {
      ...{ icon: '🟠', words: say.acknowledged(nameOf(say, view, acknowledged.by)), tone: 'waiting' },
      aside: [instant(acknowledged.atMs, 'time')],
    };
  if (silence !== null)
    return {
      icon: '🔕',
      words: say.silenced,
      aside: [text(`${say.until} `), instant(silence.untilMs, 'moment')],
      tone: 'over',
    };
  const opened = state.reopenings === 0 ? say.open : say.reopened;
  return { icon: '🔴', words: opened, aside: nextSpans(say, state), tone: 'broken' };
}

/** The rule's own sentence; none where it is a later version's, which has no words here. */
function whySpans(words: CardWords, { reason }: Finding): Span[] {
  const said = reasonSentence(reason, words.language);
  return said === reason.key ? [] : [text(said)];
}

/** What the rule saw, in its own words. Where it does not fire just now: fine, too little to say, or nobody can know. */
function howBad(words: CardWords, say: IncidentWords, finding: Finding): Block[] {
  const { value, threshold, unit, sample } = finding;
  const shown = (n: number): string => figure(words.language, unit, n);
  const state = value === null && finding.state === 'firing' ? 'cannot_know' : finding.state;
  const now = text(
    say.now[state](value === null ? '' : shown(value), shown(threshold), whole(words, sample)),
  );
  const why = whySpans(words, finding);
  const paragraph = (spans: Span[]): Block => ({ kind: 'paragraph', spans });
  if (state === 'firing') return [paragraph(why.length === 0 ? [now] : why)];
  // What it says when all is well tells the same figures again.
  return state === 'clear' || why.length === 0 ? [paragraph([now])] : [paragraph([now]), paragraph(why)];
}

function clearing(say: IncidentWords, { clearSinceMs, resolved, finding }: IncidentState): Block[] {
  if (clearSinceMs === null || resolved !== null) return [];
  const spans = [
    text(`${say.clearSince} `),
    instant(clearSinceMs, 'time'),
    text(`; ${say.overIf} `),
    instant(clearSinceMs + staysClearMs(finding), 'time'),
    text('.'),
  ];
  return [{ kind: 'paragraph', spans }];
}

function facts(say: IncidentWords, view: IncidentView): Fact[] {
  const { state, people, paused } = view;
  const { asked, silence, reopenings } = state;
  const who = asked.person === null ? undefined : people.get(asked.person);
  const name: Span[] =
    who === undefined ? [text(say.nobodyAsked)] : [person(who), text(` (${say.rungs[asked.rung]})`)];
  return [
    fact(
      say.since.replace(/^./u, (first) => first.toUpperCase()),
      instant(state.sinceMs, 'moment'),
    ),
    ...(state.resolved === null ? [fact(say.asked, ...name)] : []),
    ...(silence === null || state.resolved !== null
      ? []
      : [fact(say.silencedUntil, instant(silence.untilMs, 'moment'))]),
    ...(reopenings === 0 ? [] : [fact(say.howOften, text(say.reopenedTimes(reopenings)))]),
    ...(paused && state.agent !== null
      ? [fact(say.agentIs, code(state.agent), text(` · ${say.paused}`))]
      : []),
  ];
}

/** Whose turn it would have been: said, so that nobody waits for somebody who is not here any more. */
const gone = (say: IncidentWords, { state, people }: IncidentView): Block[] =>
  state.resolved !== null
    ? []
    : (state.asked.insteadOf ?? []).map((id): Block => ({
        kind: 'context',
        spans: [text(say.left(people.get(id)?.name ?? say.somebody))],
      }));

function worst(words: CardWords, say: IncidentWords, { worstRuns }: IncidentView): Block[] {
  if (worstRuns.length === 0) return [];
  return [
    { kind: 'paragraph', spans: [strong(say.worst)] },
    ...worstRuns.slice(0, WORST).map(({ run, inputLabel, status }): Block => ({
      kind: 'item',
      lines: [[code(inputLabel), text(`${words.separator}${words.runStatuses[status]}`)]],
      action: commandButton(say.trace, 'trace', run),
    })),
  ];
}

function changed(words: CardWords, say: IncidentWords, { changes, state }: IncidentView): Block[] {
  if (state.agent === null && state.finding.gathered === undefined) return [];
  const lines = changes.map(({ atMs, what, about, from, to }) => {
    const name = Object.hasOwn(say.changes, what) ? (say.changes[what] ?? what) : what;
    const move = [from, to].filter((one) => one !== null && one !== '').map((one) => code(one ?? ''));
    return joined(
      [
        [instant(atMs, 'moment')],
        [text(name), ...(about === null ? [] : [text(' '), code(about)])],
        joined(
          move.map((one) => [one]),
          ' → ',
        ),
      ],
      words.separator,
    );
  });
  const title: Block = { kind: 'paragraph', spans: [strong(say.changed)] };
  if (lines.length === 0) return [{ kind: 'context', spans: [text(say.nothingChanged)] }];
  return [title, { kind: 'list', items: lines }];
}

function notes(words: CardWords, say: IncidentWords, view: IncidentView): Block[] {
  if (view.notes.length === 0) return [];
  const items = view.notes.map(({ by, atMs, text: said }) => [
    strong(nameOf(say, view, by)),
    text(' '),
    instant(atMs, 'time'),
    text(`: ${said}`),
  ]);
  return [
    { kind: 'paragraph', spans: [strong(say.notes)] },
    { kind: 'list', items },
  ];
}

/** Somebody elsewhere should have been woken, and was not: said before anything else that can be read later. */
function untaken(say: ForwardWords, { notForwarded }: IncidentView): Block[] {
  return notForwarded.map(({ to, why, code, tries, final }): Block => {
    const said = say.untaken(say.systems[to], say.untakenWhy[why](code), tries);
    return {
      kind: 'paragraph',
      spans: [strong(said), text(` ${final ? say.givenUp : say.triedOn}`)],
    };
  });
}

/** The figures of while it fired, with their limit; nothing where none were measured. Gaps stay gaps. */
function picture(words: CardWords, say: IncidentWords, { finding, rule }: IncidentState): Block[] {
  const { series, unit, threshold } = finding;
  if (series.every(({ value }) => value === null)) return [];
  const title = Object.hasOwn(say.measures, rule)
    ? say.measures[rule as keyof IncidentWords['measures']]
    : rule;
  const chart: Chart = {
    ...{ kind: 'line', title, unit, threshold, timeZone: 'UTC' },
    series: [{ name: title, points: series }],
  };
  return [{ kind: 'picture', chart, alt: altText(chart, words.language) }];
}

/** One incident: what, since when, how bad, the worst runs, what changed, and the levers. The same message tells its end. */
export function incidentCard(view: IncidentView, language: Language = 'en'): Card {
  const words = wordsIn(language);
  const say = incidentWordsIn(words.language);
  const { state, ledger } = view;
  const line = stateLine(say, view);
  const title = incidentTitle(say, state);
  return {
    v: 1,
    language: words.language,
    kind: 'incident',
    subject: state.id,
    version: state.version,
    title,
    state: line,
    blocks: [
      ...(state.finding.gathered === undefined
        ? howBad(words, say, state.finding)
        : gatheredBlocks(say, view)),
      ...untaken(forwardWordsIn(words.language), view),
      ...clearing(say, state),
      ...picture(words, say, state),
      { kind: 'facts', layout: 'grid', whole: false, facts: facts(say, view) },
      ...gone(say, view),
      ...worst(words, say, view),
      ...changed(words, say, view),
      ...notes(words, say, view),
      {
        kind: 'context',
        spans: [code(state.id), text(`${words.separator}${say.verify} ${ledgerRange(words, ledger)}`)],
      },
      ...incidentButtons(say, view),
    ],
    summary: `${title}. ${line.words}.`,
  };
}
