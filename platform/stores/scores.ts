import type { RunId, TenantId } from '../../core/ids.ts';
import type { ScoreName } from '../../core/metrics.ts';
import type { Unscored } from '../../core/unscored.ts';

/** How good one run was by one metric; `score` is null exactly where `reason` says why. */
export interface RunScore {
  readonly metric: ScoreName;
  readonly score: number | null;
  readonly reason: Unscored | null;
}

/** By which model, and whether that was the rehearsal. */
export interface Judged {
  readonly judge: string;
  readonly rehearsal: boolean;
}

/** Scores of live runs, and what a judge said meanwhile, so that what was paid for is not asked again. */
export interface ScoreStore {
  has(tenant: TenantId, run: RunId): Promise<boolean>;
  /** The first scores of a run stay. */
  save(tenant: TenantId, run: RunId, scores: readonly RunScore[], by: Judged): Promise<void>;
  /** Sealed, since it repeats what the run said; what was kept first under a key stays. */
  keepReply(tenant: TenantId, run: RunId, key: string, reply: unknown): Promise<void>;
  /** Null: nothing was kept under that key. */
  reply(tenant: TenantId, run: RunId, key: string): Promise<unknown>;
}
