import { eligible } from '../approval/who-may-sign.ts';
import type { Person } from '../people.ts';
import { daysIn, type Every, type Period } from './period.ts';
import { ENDINGS, type Counted, type Ending, type Rows, type Told, type Waiting } from './rows.ts';

/** This period and the one before. Null: there was nothing to tell it from. */
export interface Compared {
  readonly now: number | null;
  readonly before: number | null;
}

/** Whose figures: the company's, a team's, or what one person asked for. */
export type DigestScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'team'; readonly team: string }
  | { readonly kind: 'own'; readonly person: string };

/** What a digest says: figures only, JSON all the way down, so that a post shows later what it showed first. */
export interface Digest {
  readonly v: 1;
  readonly every: Every;
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly timeZone: string;
  readonly scope: DigestScope;
  readonly empty: boolean;
  /** Some runs were played by the rehearsal model. */
  readonly rehearsal: boolean;
  readonly runs: Compared;
  readonly failed: Compared;
  readonly requests: Compared;
  readonly requestsByDay: readonly { readonly atMs: number; readonly n: number }[];
  readonly decisions: Compared;
  readonly endings: Readonly<Record<Ending, number>>;
  readonly expired: Compared;
  readonly medianWaitMs: Compared;
  readonly longestWaitMs: Compared;
  /** Share of people's decisions that changed or refused what an agent proposed. */
  readonly overrideRate: Compared;
  /** Mean faithfulness of the runs that could be scored, and how many those were. */
  readonly faithfulness: Compared;
  readonly scored: Compared;
  /** Null: not for this reader. */
  readonly cost: {
    readonly micros: Compared;
    readonly tenfoldMicros: number;
    readonly byAgent: readonly { readonly agent: string; readonly micros: Compared }[];
  } | null;
  readonly incidents: Compared;
  readonly openIncidents: number;
  readonly unusual: readonly { readonly kind: string; readonly n: number }[];
  /** What the rules found that nobody was woken for. */
  readonly findings: readonly Told[];
  readonly waiting: number;
  /** Who has most waiting for them, where that is many. */
  readonly overloaded: readonly { readonly person: string; readonly n: number }[];
  /** What the agents asked people for most. */
  readonly asked: readonly { readonly tool: string; readonly n: number }[];
}

/** So many requests waiting for one person are too many. */
export const OVERLOADED = 5;
const MOST = 5;

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

const valuesOf = (rows: readonly Counted[]): number[] =>
  rows.map(({ value }) => value).filter((value) => value !== null);

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);

function tally<K extends string>(rows: readonly K[]): { readonly key: K; readonly n: number }[] {
  const counts = new Map<K, number>();
  for (const key of rows) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].map(([key, n]) => ({ key, n })).sort((a, b) => b.n - a.n || a.key.localeCompare(b.key));
}

export const isOverride = ({ tag }: Counted): boolean => tag !== 'as_asked';
export const isFailed = ({ tag }: Counted): boolean => tag === 'failed';

/** A figure of both periods. */
const compared =
  (now: Rows, before: Rows) =>
  (count: (rows: Rows) => number | null): Compared => ({ now: count(now), before: count(before) });

function costOf(now: Rows, before: Rows): Digest['cost'] {
  if (now.cost === null || before.cost === null) return null;
  const [spent, earlier] = [now.cost, before.cost];
  const agents = [...new Set([...spent, ...earlier].map(({ agent }) => agent))];
  const of = (rows: readonly Counted[], agent: string): number =>
    sum(valuesOf(rows.filter((row) => row.agent === agent)));
  const micros = { now: sum(valuesOf(spent)), before: sum(valuesOf(earlier)) };
  return {
    micros,
    tenfoldMicros: micros.now * 10,
    byAgent: agents
      .map((agent) => ({ agent, micros: { now: of(spent, agent), before: of(earlier, agent) } }))
      .sort((a, b) => b.micros.now - a.micros.now || a.agent.localeCompare(b.agent)),
  };
}

/** Who could sign most of what waits: nobody signs what they asked for themselves, nor twice. */
function overloadedOf(waiting: readonly Waiting[], people: readonly Person[]): Digest['overloaded'] {
  return people
    .map((person) => ({
      person: person.name,
      n: waiting.filter(
        ({ who, requester, signed }) =>
          requester !== person.id && !signed.includes(person.id) && eligible(person, who),
      ).length,
    }))
    .filter(({ n }) => n >= OVERLOADED)
    .sort((a, b) => b.n - a.n || a.person.localeCompare(b.person))
    .slice(0, MOST);
}

function byDay(period: Period, rows: readonly Counted[]): Digest['requestsByDay'] {
  const days = daysIn(period);
  return days.slice(0, -1).map((atMs, i) => ({
    atMs,
    n: rows.filter((row) => row.atMs >= atMs && row.atMs < (days[i + 1] ?? Infinity)).length,
  }));
}

const nothing = (rows: Rows): boolean =>
  [
    rows.runs,
    rows.requests,
    rows.decisions,
    rows.expired,
    rows.cost ?? [],
    rows.incidents,
    rows.unusual,
  ].every(({ length }) => length === 0);

/** Everything that a digest says, from what was counted in its period and the one before. No clock, no store, no model. */
export function digestOf(
  period: Period,
  scope: DigestScope,
  counted: {
    readonly now: Rows;
    readonly before: Rows;
    readonly findings: readonly Told[];
    readonly waiting: readonly Waiting[];
    readonly people: readonly Person[];
  },
): Digest {
  const { now, before, findings, waiting, people } = counted;
  const both = compared(now, before);
  const { every, key, fromMs, toMs, timeZone } = period;
  return {
    ...{ v: 1, every, key, fromMs, toMs, timeZone, scope },
    empty: nothing(now) && waiting.length === 0 && findings.length === 0,
    rehearsal: now.runs.some(({ value }) => value === 1),
    runs: both(({ runs }) => runs.length),
    failed: both(({ runs }) => runs.filter(isFailed).length),
    requests: both(({ requests }) => requests.length),
    requestsByDay: byDay(period, now.requests),
    decisions: both(({ decisions }) => decisions.length),
    endings: Object.fromEntries(
      ENDINGS.map((ending) => [ending, now.decisions.filter(({ tag }) => tag === ending).length]),
    ) as Digest['endings'],
    expired: both(({ expired }) => expired.length),
    medianWaitMs: both(({ decisions }) => median(valuesOf(decisions))),
    longestWaitMs: both(({ decisions }) =>
      decisions.length === 0 ? null : Math.max(...valuesOf(decisions)),
    ),
    overrideRate: both(({ decisions }) => share(decisions.filter(isOverride).length, decisions.length)),
    faithfulness: both(({ scores }) => share(sum(valuesOf(scores)), valuesOf(scores).length)),
    scored: both(({ scores }) => valuesOf(scores).length),
    cost: costOf(now, before),
    incidents: both(({ incidents }) => incidents.length),
    openIncidents: now.incidents.filter(({ tag }) => !tag.endsWith('resolved')).length,
    unusual: tally(now.unusual.map(({ tag }) => tag)).map(({ key: kind, n }) => ({ kind, n })),
    findings,
    waiting: waiting.length,
    overloaded: overloadedOf(waiting, people),
    asked: tally(now.requests.map(({ tag }) => tag))
      .slice(0, MOST)
      .map(({ key: tool, n }) => ({ tool, n })),
  };
}
