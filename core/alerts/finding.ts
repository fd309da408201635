import type { Gathered } from '../incident/gathered.ts';
import type { RunId } from '../ids.ts';
import type { Detail } from '../detail.ts';

/** p0: wakes people at once. p1: within half an hour. p2: in the daily digest. */
export const SEVERITIES = ['p0', 'p1', 'p2'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `no_data`: too little happened to say. `cannot_know`: what would tell is not measured at all. Neither is fine. */
export type FindingState = 'firing' | 'clear' | 'no_data' | 'cannot_know';

/** One point of what a rule looked at; null where nothing was measured: a gap, never 0. */
export interface SeriesPoint {
  readonly atMs: number;
  readonly value: number | null;
}

export type FindingUnit = 'ratio' | 'ms' | 'usd_micros' | 'count' | 'score';

/** Why, in words: a key of the catalogue and what its sentence names. */
export interface FindingReason {
  readonly key: string;
  readonly params: Detail;
}

/** What one rule says about one thing, now. */
export interface Finding {
  readonly rule: string;
  /** Null: it is about the whole tenant. */
  readonly agent: string | null;
  readonly version: string | null;
  /** `rule/agent`: one open incident per tenant and fingerprint. */
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly state: FindingState;
  /** Null where nothing was measured. */
  readonly value: number | null;
  readonly threshold: number;
  readonly unit: FindingUnit;
  /** How many things the value was counted from. */
  readonly sample: number;
  /** When the condition began, as far as the rule can tell. */
  readonly sinceMs: number | null;
  readonly reason: FindingReason;
  /** Worst first. */
  readonly worstRuns: readonly RunId[];
  readonly series: readonly SeriesPoint[];
  /** How long it has to stay clear before it is over; missing: as long as usual. */
  readonly clearMinutes?: number;
  /** Missing: it is about one thing. */
  readonly gathered?: Gathered;
}
