import { mergeHistograms, quantile, type Histogram } from './histogram.ts';
import type { RunId } from './ids.ts';

/** The RAGAS metrics and the judge, as `run_scores` names them. */
export const SCORES = [
  'faithfulness',
  'answer_relevancy',
  'context_precision',
  'context_recall',
  'judge',
] as const;
export type ScoreName = (typeof SCORES)[number];

/** What is counted. Each thing counts in the hour in which it happened, and never moves to another afterwards. */
export const MEASURES = [
  /** Runs that ended, by how, when they ended. */
  'run.done',
  'run.refused',
  'run.failed',
  'run.cancelled',
  /** Runs that ended and whose model was the rehearsal model. */
  'run.rehearsal',
  /** ms a run was at work, when it ended (cancelled ones left out): neither waiting for people nor in line. */
  'latency',
  /** ms between being asked for and being admitted, at admission. */
  'queue_lag',
  /** USD micros, when the call was made. n: calls that cost something. */
  'cost',
  /** ms from being asked to the decision of people, at the decision: approved or declined, never by a grant or timer. */
  'decision',
  /** Of those: declined, or signed only after somebody edited it. */
  'override.declined',
  'override.edited',
  /** Sampled runs, when they were scored; `unscored`: what was sampled and could not be measured. */
  ...SCORES.map((name) => `score.${name}` as const),
  ...SCORES.map((name) => `unscored.${name}` as const),
  /** Rows of `agent_events`. */
  'event.guardrail',
  'event.pii',
  'event.pii_leak',
  'event.breaker',
  'event.change',
  'event.tool_pattern',
  'event.eval_worse',
  'event.input_drift',
  'dead_letter',
] as const;
export type Measure = (typeof MEASURES)[number];

/** How many, their sum where there is one, and their spread where a quantile of it is wanted. */
export interface Tally {
  readonly n: number;
  readonly sum: number;
  readonly histogram: Histogram | null;
}

export type Tallies = Readonly<Partial<Record<Measure, Tally>>>;

/**
 * What figures are told apart by. `route` is the door by which the run came (`runs.source`): slack, teams, api, schedule,
 * mcp, webhook, eval. Which connectors it went on through is a matter of the agent's version, which names its tools.
 */
export interface Scope {
  readonly agent: string | null;
  readonly version: string | null;
  readonly route: string | null;
}

/** What was counted from `atMs` for `spanMs`. */
export interface Slot {
  readonly atMs: number;
  readonly spanMs: number;
  readonly tallies: Tallies;
}

/** Slots of one scope, ascending. A slot in which nothing happened at all is missing. */
export interface Series {
  readonly scope: Scope;
  readonly slots: readonly Slot[];
}

/**
 * A figure, or why there is none. `no_data`: nothing happened from which to count it. `cannot_know`: things happened, and
 * what would tell is not measured. Neither is 0, and neither is fine.
 */
export type Figure =
  | { readonly state: 'measured'; readonly value: number; readonly sample: number }
  | { readonly state: 'no_data' }
  | { readonly state: 'cannot_know'; readonly why: WhyUnknown };

/** `not_scored`: no run was sampled, or no judge could measure it. `no_baseline`: too few earlier days to compare with. */
export type WhyUnknown = 'not_scored' | 'no_baseline';

/** The figures of one scope in one window; shares are 0 to 1, durations ms, money USD micros. */
export interface WindowFigures {
  readonly scope: Scope;
  readonly fromMs: number;
  readonly toMs: number;
  /** Ended, cancelled ones left out. */
  readonly runs: number;
  readonly cancelled: number;
  /** Some of them were played by the rehearsal model: whatever shows these figures says so. */
  readonly rehearsal: boolean;
  readonly errorRate: Figure;
  readonly latencyP50Ms: Figure;
  readonly latencyP95Ms: Figure;
  readonly costMicros: Figure;
  /** Cost over what an earlier day cost (the median), scaled to the window's length. */
  readonly costAgainstBaseline: Figure;
  readonly overrideRate: Figure;
  readonly scores: Readonly<Record<ScoreName, Figure>>;
  readonly guardrailEvents: Figure;
  readonly piiEvents: Figure;
  readonly piiLeaks: Figure;
  readonly timeToDecisionP50Ms: Figure;
  readonly timeToDecisionP95Ms: Figure;
  readonly queueLagP50Ms: Figure;
  readonly queueLagP95Ms: Figure;
  readonly deadLetters: Figure;
  readonly breakerOpenings: Figure;
}

/** What stands now, whatever the window. */
export interface Backlog {
  /** Runs in line, and how long the first of them has waited. */
  readonly waiting: number;
  readonly oldestWaitMs: number | null;
  readonly openDeadLetters: number;
  readonly pendingApprovals: number;
}

/** By what runs are the worst of a window. */
export type WorstBy =
  'failed' | 'slow' | 'costly' | 'overridden' | 'unfaithful' | 'low_score' | 'leaked' | 'unusual';

/** Something that changed, as an incident's thread names it: names and figures of ours. */
export interface ChangeRow {
  readonly atMs: number;
  readonly agent: string;
  readonly version: string | null;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface WorstRun {
  readonly run: RunId;
  readonly value: number;
}

const NOTHING: Tally = { n: 0, sum: 0, histogram: null };

export const tallyOf = (tallies: Tallies, measure: Measure): Tally => tallies[measure] ?? NOTHING;

/** The tally of everything that is in any of them. */
export function mergeTallies(all: readonly Tally[]): Tally {
  const spread = all.flatMap(({ histogram }) => (histogram === null ? [] : [histogram]));
  return {
    n: all.reduce((sum, { n }) => sum + n, 0),
    sum: all.reduce((sum, tally) => sum + tally.sum, 0),
    histogram: spread.length === 0 ? null : mergeHistograms(spread),
  };
}

/** All slots together. */
export function totalOf(slots: readonly Pick<Slot, 'tallies'>[]): Tallies {
  const found = new Map<Measure, Tally[]>();
  for (const { tallies } of slots)
    for (const [measure, tally] of Object.entries(tallies) as [Measure, Tally][])
      found.set(measure, [...(found.get(measure) ?? []), tally]);
  return Object.fromEntries([...found].map(([measure, all]) => [measure, mergeTallies(all)]));
}

/** Runs that ended and were not called off. */
export const endedRuns = (tallies: Tallies): number =>
  (['run.done', 'run.refused', 'run.failed'] as const).reduce((sum, m) => sum + tallyOf(tallies, m).n, 0);

const NO_DATA: Figure = { state: 'no_data' };

const measured = (value: number, sample: number): Figure => ({ state: 'measured', value, sample });

const ratio = (part: number, of: number): Figure => (of === 0 ? NO_DATA : measured(part / of, of));

function spread(tallies: Tallies, measure: Measure, share: number): Figure {
  const { histogram, n } = tallyOf(tallies, measure);
  const value = histogram === null ? null : quantile(histogram, share);
  return value === null ? NO_DATA : measured(value, n);
}

/** The mean of what could be scored. Runs without any score cannot be known; no runs at all are no data. */
export function scoreFigure(tallies: Tallies, name: ScoreName): Figure {
  const scored = tallyOf(tallies, `score.${name}`);
  if (scored.n > 0) return measured(scored.sum / scored.n, scored.n);
  if (tallyOf(tallies, `unscored.${name}`).n > 0) return { state: 'cannot_know', why: 'not_scored' };
  return endedRuns(tallies) > 0 ? { state: 'cannot_know', why: 'not_scored' } : NO_DATA;
}

/** A share of decisions that people overrode. */
export const overrideFigure = (tallies: Tallies): Figure =>
  ratio(
    tallyOf(tallies, 'override.declined').n + tallyOf(tallies, 'override.edited').n,
    tallyOf(tallies, 'decision').n,
  );

export const errorFigure = (tallies: Tallies): Figure =>
  ratio(tallyOf(tallies, 'run.failed').n, endedRuns(tallies));

/** Things that are counted whenever they happen: 0 of them is a figure, unless nothing happened at all. */
const counted = (tallies: Tallies, measure: Measure): Figure => {
  const { n } = tallyOf(tallies, measure);
  const runs = endedRuns(tallies);
  return n === 0 && runs === 0 ? NO_DATA : measured(n, Math.max(n, runs));
};

const DAY_MS = 86_400_000;

/** Fewer earlier days than this are no baseline. */
export const BASELINE_DAYS = 3;

/** What a usual day costs: the median of those on which anything was spent; null when there are too few. */
export function dailyBaseline(dailyMicros: readonly number[]): number | null {
  const spent = dailyMicros.filter((micros) => micros > 0).sort((a, b) => a - b);
  if (spent.length < BASELINE_DAYS) return null;
  const middle = Math.floor(spent.length / 2);
  const [low = 0, high = 0] = [spent[spent.length % 2 === 0 ? middle - 1 : middle], spent[middle]];
  return (low + high) / 2;
}

function againstBaseline(cost: number, spanMs: number, baseline: number | null, calls: number): Figure {
  if (baseline === null) return { state: 'cannot_know', why: 'no_baseline' };
  return calls === 0 ? NO_DATA : measured(cost / ((baseline * spanMs) / DAY_MS), calls);
}

/** Every figure of one scope from what was counted in a window. `baseline`: see `dailyBaseline`. */
export function figuresOf(
  scope: Scope,
  window: { readonly fromMs: number; readonly toMs: number },
  tallies: Tallies,
  baseline: number | null,
): WindowFigures {
  const cost = tallyOf(tallies, 'cost');
  const runs = endedRuns(tallies);
  return {
    scope,
    ...window,
    runs,
    cancelled: tallyOf(tallies, 'run.cancelled').n,
    rehearsal: tallyOf(tallies, 'run.rehearsal').n > 0,
    errorRate: errorFigure(tallies),
    latencyP50Ms: spread(tallies, 'latency', 0.5),
    latencyP95Ms: spread(tallies, 'latency', 0.95),
    costMicros: cost.n === 0 && runs === 0 ? NO_DATA : measured(cost.sum, cost.n),
    costAgainstBaseline: againstBaseline(cost.sum, window.toMs - window.fromMs, baseline, cost.n),
    overrideRate: overrideFigure(tallies),
    scores: Object.fromEntries(SCORES.map((name) => [name, scoreFigure(tallies, name)])) as Record<
      ScoreName,
      Figure
    >,
    guardrailEvents: counted(tallies, 'event.guardrail'),
    piiEvents: counted(tallies, 'event.pii'),
    piiLeaks: counted(tallies, 'event.pii_leak'),
    timeToDecisionP50Ms: spread(tallies, 'decision', 0.5),
    timeToDecisionP95Ms: spread(tallies, 'decision', 0.95),
    queueLagP50Ms: spread(tallies, 'queue_lag', 0.5),
    queueLagP95Ms: spread(tallies, 'queue_lag', 0.95),
    deadLetters: counted(tallies, 'dead_letter'),
    breakerOpenings: counted(tallies, 'event.breaker'),
  };
}
