import type { FindingReason, SeriesPoint } from '../../../core/alerts/finding.ts';
import type { AlertRuleName, Threshold } from '../../../core/alerts/thresholds.ts';
import type { WorstBy } from '../../../core/metrics.ts';
import type { AgentHistory } from './history.ts';

/** What a rule reads off a history at one instant. */
export type Reading =
  | {
      readonly state: 'measured';
      readonly value: number;
      readonly sample: number;
      /** Beyond `enter`, and surely so. */
      readonly over: boolean;
      /** Not yet back on the good side of `leave`. */
      readonly still: boolean;
      readonly reason: FindingReason;
      /** What the worst runs are looked for in. */
      readonly windowMs: number;
    }
  | {
      readonly state: 'no_data' | 'cannot_know';
      readonly sample: number;
      readonly reason: FindingReason;
    };

/** One rule: pure, over what was counted; when it fires is decided in `judge.ts` for all of them alike. */
export interface AlertRule {
  readonly name: AlertRuleName;
  readonly worst: WorstBy;
  /**
   * Where enough is known of the versions in force, they alone say how it is: what another one did, before it was rolled
   * back or replaced, is past.
   */
  readonly ofThoseInForce?: true;
  /** At `atMs`, knowing nothing of what came later. */
  readonly read: (history: AgentHistory, threshold: Threshold, atMs: number) => Reading;
  /** What the chart shows, point by point. */
  readonly series: (history: AgentHistory, atMs: number) => readonly SeriesPoint[];
}

export const tooFew = (sample: number, need: number): Reading => ({
  state: 'no_data',
  sample,
  reason: { key: 'too-few', params: { sample, need } },
});
