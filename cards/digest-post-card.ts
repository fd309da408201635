import { reasonSentence } from '../core/alerts/reasons.ts';
import type { Compared, Digest, DigestScope } from '../core/digest/digest.ts';
import { ENDINGS, type Count } from '../core/digest/rows.ts';
import { dateFormat } from '../core/formats.ts';
import type { Language } from '../core/language.ts';
import { DIGEST_WORDS } from './digest-post-words.ts';
import { duration, fixed, usd, whole } from './figures.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, CardAction, Fact } from './model.ts';
import { picture } from './pictures.ts';
import { commandButton } from './run-buttons.ts';
import { fact, strong, text } from './spans.ts';
import { shown } from './text.ts';
import type { CardWords } from './words.ts';

/** Where the digest stands: posted for good, or shown to whoever asked for it. */
export type DigestPlace = { readonly kind: 'post'; readonly subject: string } | { readonly kind: 'preview' };

const dayName = (say: CardWords, atMs: number, timeZone: string, form: 'long' | 'short'): string =>
  dateFormat(say.locale, {
    ...(form === 'long' ? { day: 'numeric', month: 'long' } : { weekday: 'short' }),
    timeZone,
  }).format(atMs);

export const scopeToken = (scope: DigestScope): string =>
  scope.kind === 'all' ? '*' : scope.kind === 'own' ? '@me' : scope.team;

export const scopeWords = (scope: DigestScope, language: Language): string => {
  const words = DIGEST_WORDS[language];
  if (scope.kind === 'team') return words.team(shown(scope.team));
  return scope.kind === 'all' ? words.all : words.own;
};

/** What a number was counted from, as a command: the reader's own rights decide what it shows. */
export const showWords = (
  count: Count,
  page: number,
  { key, timeZone, scope }: Pick<Digest, 'key' | 'timeZone' | 'scope'>,
): string => `show ${count} ${page} ${key} ${timeZone} ${scopeToken(scope)}`;

/** `1,984 (▲ 6%, before: 1,871)`; without a before there is nothing to compare with. */
function against(language: Language, { now, before }: Compared, print: (value: number) => string): string {
  const say = wordsIn(language);
  const words = DIGEST_WORDS[language];
  if (now === null) return say.notGiven;
  if (before === null) return print(now);
  if (now === before) return `${print(now)} (${words.same})`;
  const change = before === 0 ? '' : ` ${percent(say, Math.abs(now - before) / Math.abs(before), 0)}`;
  return `${print(now)} (${now > before ? '▲' : '▼'}${change}, ${words.was(print(before))})`;
}

const percent = (say: CardWords, value: number, digits = 1): string =>
  value.toLocaleString(say.locale, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

function figures(digest: Digest, language: Language): Fact[] {
  const say = wordsIn(language);
  const words = DIGEST_WORDS[language];
  const line = (label: string, figure: Compared, print: (value: number) => string): Fact =>
    fact(label, text(against(language, figure, print)));
  const count = (value: number): string => whole(say, value);
  const time = (value: number): string => duration(say, value);
  const { cost } = digest;
  return [
    line(words.counts.runs, digest.runs, count),
    line(words.counts.requests, digest.requests, count),
    line(words.counts.decisions, digest.decisions, count),
    line(words.median, digest.medianWaitMs, time),
    line(words.longest, digest.longestWaitMs, time),
    line(words.counts.overrides, digest.overrideRate, (value) => percent(say, value)),
    ...(cost === null ? [] : [line(words.counts.cost, cost.micros, (value) => usd(say, value, 2))]),
    line(words.counts.incidents, digest.incidents, count),
  ];
}

const MOST_FINDINGS = 10;

/** What the rules found that woke nobody, each in its own sentence; it is said nowhere else. */
function findings({ findings: all }: Digest, language: Language): string[] {
  const words = DIGEST_WORDS[language];
  const shownOnes = all
    .slice(0, MOST_FINDINGS)
    .map(({ agent, reason, isNew }) =>
      words.finding(shown(agent ?? words.all), reasonSentence(reason, language), isNew),
    );
  const more = all.length - shownOnes.length;
  return more > 0 ? [...shownOnes, words.moreFindings(more)] : shownOnes;
}

/** What is for the reader to do; the figures that need nothing are not repeated. */
function needs(digest: Digest, language: Language): string[] {
  const words = DIGEST_WORDS[language];
  const some = (n: number | null, line: (n: number) => string): string[] =>
    n !== null && n > 0 ? [line(n)] : [];
  return [
    ...some(digest.expired.now, words.expiredLine),
    ...some(digest.failed.now, words.failedLine),
    ...some(digest.openIncidents, words.incidentsLine),
    ...digest.overloaded.map(({ person, n }) => words.overloadedLine(shown(person), n)),
    ...findings(digest, language),
  ];
}

function pictures(digest: Digest, language: Language): Block[] {
  const say = wordsIn(language);
  const words = DIGEST_WORDS[language];
  const { requestsByDay, endings, expired, timeZone } = digest;
  const ended = [
    ...ENDINGS.map((ending) => ({ label: words.endings[ending], value: endings[ending] })),
    { label: words.endings.expired, value: expired.now },
  ];
  const days = requestsByDay.map(({ atMs, n }) => ({
    label: dayName(say, atMs, timeZone, 'short'),
    value: n,
  }));
  const drawn = { unit: 'count', threshold: null } as const;
  const byDay: Block[] =
    digest.every === 'week'
      ? [
          picture(
            { kind: 'columns', title: words.byDay(digest.requests.now ?? 0), ...drawn, bars: days },
            language,
          ),
        ]
      : [];
  return [...byDay, picture({ kind: 'rows', title: words.howEnded, ...drawn, bars: ended }, language)];
}

function trust(digest: Digest, language: Language): Fact[] {
  const say = wordsIn(language);
  const words = DIGEST_WORDS[language];
  const { faithfulness, scored, runs } = digest;
  const mean =
    faithfulness.now === null
      ? runs.now === 0
        ? words.nothingToScore
        : words.notScored
      : words.faithfulness(
          against(language, faithfulness, (value) => fixed(say, value, 2)),
          scored.now ?? 0,
        );
  const events = digest.unusual.map(({ kind, n }) => `${words.kinds[kind] ?? kind}: ${whole(say, n)}`);
  return [
    fact(words.grounded, text(mean)),
    ...(events.length === 0 ? [] : [fact(words.counts.unusual, text(events.join(', ')))]),
  ];
}

const heading = (words: string): Block => ({ kind: 'paragraph', spans: [strong(words)] });

function money(digest: Digest, language: Language): Block[] {
  const { cost } = digest;
  if (cost === null || cost.byAgent.length === 0) return [];
  const say = wordsIn(language);
  const words = DIGEST_WORDS[language];
  const print = (value: number): string => usd(say, value, 2);
  return [
    heading(words.costs),
    {
      kind: 'facts',
      layout: 'lines',
      whole: false,
      facts: cost.byAgent
        .slice(0, 8)
        .map(({ agent, micros }) => fact(shown(agent), text(against(language, micros, print)))),
    },
    { kind: 'context', spans: [text(words.tenfold(print(cost.tenfoldMicros)))] },
  ];
}

function asked(digest: Digest, language: Language): Block[] {
  const words = DIGEST_WORDS[language];
  if (digest.asked.length === 0) return [];
  return [
    heading(words.asked),
    { kind: 'list', items: digest.asked.map(({ tool, n }) => [text(`${shown(tool)}: ${words.times(n)}`)]) },
  ];
}

/** One button for every number that something was counted for. */
function buttons(digest: Digest, language: Language): CardAction[] {
  const words = DIGEST_WORDS[language];
  const counted: readonly (readonly [Count, number | null])[] = [
    ['runs', digest.runs.now],
    ['failed', digest.failed.now],
    ['requests', digest.requests.now],
    ['decisions', digest.decisions.now],
    ['overrides', digest.endings.edited + digest.endings.declined],
    ['expired', digest.expired.now],
    ['waiting', digest.waiting],
    ['cost', digest.cost?.micros.now ?? 0],
    ['scores', digest.scored.now],
    ['incidents', digest.incidents.now],
    ['unusual', digest.unusual.length],
  ];
  return counted
    .filter(([, n]) => n !== null && n > 0)
    .map(([count]) => commandButton(words.counts[count], 'digest', showWords(count, 1, digest)));
}

function body(digest: Digest, language: Language): Block[] {
  const words = DIGEST_WORDS[language];
  if (digest.empty) return [{ kind: 'paragraph', spans: [text(words.empty[digest.every])] }];
  const todo = needs(digest, language);
  return [
    { kind: 'facts', layout: 'grid', whole: false, facts: figures(digest, language) },
    ...pictures(digest, language),
    { kind: 'divider' },
    ...(todo.length === 0
      ? []
      : [heading(words.needs), { kind: 'list' as const, items: todo.map((line) => [text(line)]) }]),
    heading(words.trusted),
    { kind: 'facts', layout: 'lines', whole: false, facts: trust(digest, language) },
    ...money(digest, language),
    ...asked(digest, language),
  ];
}

/** A team's day or week: what the agents did, what it cost, what needs a person. Every number opens what it was counted from. */
export function digestPostCard(digest: Digest, place: DigestPlace, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const words = DIGEST_WORDS[language];
  const { every, timeZone, fromMs, toMs } = digest;
  const title = words.title[every](
    dayName(say, fromMs, timeZone, 'long'),
    dayName(say, toMs - 1, timeZone, 'long'),
  );
  const todo = needs(digest, language).length;
  const state = todo === 0 ? words.steady[every] : words.needsYou(todo);
  const note = [
    scopeWords(digest.scope, language),
    place.kind === 'post' ? words.posted[every] : words.preview,
    ...(digest.rehearsal ? [say.rehearsal] : []),
  ].join(say.separator);
  const open = buttons(digest, language);
  return {
    v: 1,
    language,
    kind: 'digest',
    subject: place.kind === 'post' ? place.subject : 'digest',
    version: 1,
    title,
    state: {
      icon: digest.empty ? 'ℹ️' : todo === 0 ? '✅' : '⚠️',
      words: digest.empty ? words.counts.runs + ': 0' : state,
      aside: [],
      tone: digest.empty ? 'plain' : todo === 0 ? 'done' : 'waiting',
    },
    blocks: [
      ...body(digest, language),
      { kind: 'context', spans: [text(note)] },
      ...(open.length > 0 ? [{ kind: 'actions', actions: open, menu: [] } as const] : []),
    ],
    summary: `${title}: ${digest.empty ? words.empty[every] : state}`,
  };
}
