import type { RunOutcome, RunRef } from '../../core/activities.ts';

/** What a pattern may ask of the run it plays in. */
export interface RunControl {
  readonly ref: RunRef;
  readonly maxTurns: number;
  cancelled(): boolean;
  /** A mark to take before asking for an approval, so that its news cannot be missed. */
  newsSoFar(): number;
  /** Resolves when any approval of this run settled after the mark, or the run was cancelled. */
  newsSince(mark: number): Promise<void>;
}

export interface PatternEnd {
  readonly outcome: RunOutcome;
  readonly reason: string | null;
}

/** Where a loop of thinking and acting stands between turns. `faults`: answers in a row that nothing could be done with. */
export interface ReactProgress {
  readonly turn: number;
  readonly faults: number;
}

/** What a run carries over when its history grew too long: where it was, nothing of what was said. */
export interface AgentRunInput extends RunRef {
  readonly progress?: ReactProgress;
}
