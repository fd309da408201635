import { histogramOf } from '../../core/histogram.ts';
import type { AlertRuleName } from '../../core/alerts/thresholds.ts';
import type { Measure, Slot, Tally } from '../../core/metrics.ts';
import {
  between,
  DAY_MS,
  HOUR_MS,
  HOURS_BACK_MS,
  MINUTE_MS,
  MINUTES_BACK_MS,
  type AgentHistory,
} from '../../workers/alerts/reading/history.ts';

/** mulberry32: small, good enough, and the same every time. */
export function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a fault does at an instant: 0 nothing, 1 all that it can. `day`: whole days since it began. */
export type Strength = (sinceMs: number) => number;

export interface Story {
  readonly seed: number;
  /** Runs a minute on a working day at noon. */
  readonly traffic: number;
  readonly days: number;
  readonly fault: { readonly rule: AlertRuleName; readonly atMs: number; readonly strength: Strength } | null;
}

/** Sunday's night. */
export const STORY_BEGINS_MS = Date.UTC(2026, 9, 4);

/** Busy by day, quiet by night and at the weekend. */
function trafficAt(story: Story, atMs: number): number {
  const hour = (atMs % DAY_MS) / HOUR_MS;
  const weekday = new Date(atMs).getUTCDay();
  const byDay = 0.2 + 0.8 * Math.max(0, Math.sin(((hour - 5) / 16) * Math.PI));
  return story.traffic * byDay * (weekday === 0 || weekday === 6 ? 0.4 : 1);
}

function poisson(mean: number, dice: () => number): number {
  let [n, p] = [0, dice()];
  const limit = Math.exp(-mean);
  while (p > limit && n < 1_000) [n, p] = [n + 1, p * dice()];
  return n;
}

const normal = (dice: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - dice())) * Math.cos(2 * Math.PI * dice());

const clipped = (mean: number, spread: number, dice: () => number): number =>
  Math.min(1, Math.max(0, mean + spread * normal(dice)));

type Counted = Partial<Record<Measure, Tally>>;

class Counter {
  readonly counted: Counted = {};
  add(measure: Measure, sum = 0): void {
    const { n, sum: before } = this.counted[measure] ?? { n: 0, sum: 0 };
    this.counted[measure] = { n: n + 1, sum: before + sum, histogram: null };
  }
}

/** How much of which fault there is in a minute; a quiet month has none of any. */
function strengthsAt({ fault }: Story, atMs: number): (rule: AlertRuleName) => number {
  const strength = fault === null || atMs < fault.atMs ? 0 : fault.strength(atMs - fault.atMs);
  return (rule) => (fault?.rule === rule ? strength : 0);
}

/** One minute of an agent: what it did by chance, and what the fault makes of it. */
function minuteOf(story: Story, atMs: number, dice: () => number): Slot | null {
  const of = strengthsAt(story, atMs);
  const runs = poisson(trafficAt(story, atMs), dice);
  const counter = new Counter();
  const latencies: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    counter.add(dice() < 0.01 + 0.5 * of('error-rate') ? 'run.failed' : 'run.done');
    latencies.push(2_000 * Math.exp(0.5 * normal(dice)) * (1 + 9 * of('slow')));
    const dear = (1 + 12 * of('cost-spike')) * (1 + 0.6 * of('cost-week'));
    for (let call = 0; call < 3; call += 1)
      counter.add('cost', Math.round(4_000 * Math.exp(0.4 * normal(dice)) * dear));
    if (dice() < 0.2) decide(counter, 0.08 + 0.6 * of('overrides'), dice);
    if (dice() < 0.05) score(counter, of, dice);
  }
  for (const rule of ['pii-leak', 'eval-worse', 'tool-pattern', 'input-drift'] as const)
    if (of(rule) > 0 && dice() < Math.max(0.2, of(rule)))
      counter.add(`event.${rule.replace('-', '_')}` as Measure);
  if (runs === 0 && Object.keys(counter.counted).length === 0) return null;
  const latency = { n: runs, sum: latencies.reduce((a, b) => a + b, 0), histogram: histogramOf(latencies) };
  return { atMs, spanMs: MINUTE_MS, tallies: { ...counter.counted, ...(runs > 0 ? { latency } : {}) } };
}

function decide(counter: Counter, overridden: number, dice: () => number): void {
  counter.add('decision');
  if (dice() < overridden) counter.add(dice() < 0.5 ? 'override.declined' : 'override.edited');
}

function score(counter: Counter, of: (rule: AlertRuleName) => number, dice: () => number): void {
  counter.add('score.faithfulness', clipped(0.95 - 0.4 * of('faithfulness'), 0.06, dice));
  counter.add('score.judge', clipped(0.9 - 0.5 * of('eval-falling'), 0.08, dice));
  counter.add('score.answer_relevancy', clipped(0.9, 0.06, dice));
}

/** The whole story, minute by minute. */
export function playStory(story: Story): Slot[] {
  const dice = createDice(story.seed);
  const slots: Slot[] = [];
  for (let minute = 0; minute < story.days * 1440; minute += 1) {
    const slot = minuteOf(story, STORY_BEGINS_MS + minute * MINUTE_MS, dice);
    if (slot !== null) slots.push(slot);
  }
  return slots;
}

/** What a look at this instant would load: the same cut as `loadHistories` makes. */
export function historyAt(minutes: readonly Slot[], hours: readonly Slot[], atMs: number): AgentHistory {
  const turnMs = Math.floor((atMs - MINUTES_BACK_MS) / HOUR_MS) * HOUR_MS;
  return {
    ...{ agent: 'fraud-review', version: '1.1.0' },
    minutes: between(minutes, turnMs, atMs),
    hours: between(hours, turnMs - HOURS_BACK_MS, turnMs),
  };
}
