import { mergeTallies, tallyOf, type Measure, type Slot, type Tally } from '../../../core/metrics.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What is known of one agent: minutes for the last hours, whole hours before them. Slots are ascending. */
export interface AgentHistory {
  readonly agent: string;
  /** The version that played most of its latest runs; null when it is not known. */
  readonly version: string | null;
  readonly minutes: readonly Slot[];
  readonly hours: readonly Slot[];
  /** The same of those versions alone that play new runs now; missing where nobody said which do. */
  readonly inForce?: Pick<AgentHistory, 'version' | 'minutes' | 'hours'>;
}

/** How far back a history has to reach for every rule. */
export const HOURS_BACK_MS = 16 * DAY_MS;
export const MINUTES_BACK_MS = 3 * HOUR_MS;

/** The first slot that begins at `fromMs` or later. */
function firstFrom(slots: readonly Slot[], fromMs: number): number {
  let [low, high] = [0, slots.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slots[middle]?.atMs ?? Infinity) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Slots that begin in the span. */
export const between = (slots: readonly Slot[], fromMs: number, toMs: number): readonly Slot[] =>
  slots.slice(firstFrom(slots, fromMs), firstFrom(slots, toMs));

/** Slots that begin in the span; an hour that an end of it cuts counts where most of it lies, so that spans add up. */
export function slotsIn(history: AgentHistory, fromMs: number, toMs: number): readonly Slot[] {
  return [
    ...between(history.hours, fromMs - HOUR_MS / 2, toMs - HOUR_MS / 2),
    ...between(history.minutes, fromMs, toMs),
  ];
}

/** Everything of one measure in a span. */
export const tallyIn = (history: AgentHistory, measure: Measure, fromMs: number, toMs: number): Tally =>
  mergeTallies(slotsIn(history, fromMs, toMs).map(({ tallies }) => tallyOf(tallies, measure)));

export const countIn = (history: AgentHistory, measure: Measure, fromMs: number, toMs: number): number =>
  slotsIn(history, fromMs, toMs).reduce((sum, { tallies }) => sum + tallyOf(tallies, measure).n, 0);

export const sumIn = (history: AgentHistory, measure: Measure, fromMs: number, toMs: number): number =>
  slotsIn(history, fromMs, toMs).reduce((sum, { tallies }) => sum + tallyOf(tallies, measure).sum, 0);

const ENDED = ['run.done', 'run.refused', 'run.failed'] as const;

export const endedIn = (history: AgentHistory, fromMs: number, toMs: number): number =>
  ENDED.reduce((sum, measure) => sum + countIn(history, measure, fromMs, toMs), 0);
