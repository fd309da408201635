import type { FindingReason } from '../alerts/finding.ts';
import type { Selector } from '../policy-types.ts';

/** What a digest counts. Each opens the very things that it was counted from. */
export const COUNTS = [
  'runs',
  'failed',
  'requests',
  'decisions',
  'overrides',
  'expired',
  'waiting',
  'cost',
  'scores',
  'incidents',
  'unusual',
] as const;
export type Count = (typeof COUNTS)[number];

/** One thing that was counted. */
export interface Counted {
  /** The run, approval, incident or event. */
  readonly id: string;
  /** Null where it belongs to no run. */
  readonly run: string | null;
  readonly agent: string;
  /** What the run was asked about, e.g. a claim's number. */
  readonly label: string;
  readonly atMs: number;
  /** runs, failed: 1 where the rehearsal model played, else 0. cost: USD micros. decisions, overrides: ms it waited. scores: 0 to 1, null where unmeasured. */
  readonly value: number | null;
  /** runs: the status. decisions, overrides: how it ended. requests: the tool. incidents: severity and status. unusual: the kind. */
  readonly tag: string;
}

/** How people's decisions ended. */
export const ENDINGS = ['as_asked', 'edited', 'declined'] as const;
export type Ending = (typeof ENDINGS)[number];

/** An approval that waits now, and who could sign it: whoever it asks, but not who asked, nor who has signed. */
export interface Waiting extends Counted {
  readonly who: readonly Selector[];
  readonly requester: string;
  readonly signed: readonly string[];
}

/** What a rule of the daily digest said in the period, as it said it last. */
export interface Told {
  readonly rule: string;
  readonly agent: string | null;
  readonly reason: FindingReason;
  /** It was not said just before the period already. */
  readonly isNew: boolean;
}

/** What was counted in a period. */
export interface Rows {
  readonly runs: readonly Counted[];
  readonly requests: readonly Counted[];
  readonly decisions: readonly Counted[];
  readonly expired: readonly Counted[];
  /** Null: not for this reader. */
  readonly cost: readonly Counted[] | null;
  readonly scores: readonly Counted[];
  readonly incidents: readonly Counted[];
  readonly unusual: readonly Counted[];
}
