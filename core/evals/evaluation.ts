import type { EvalId } from '../ids.ts';
import type { UsdMicros } from '../money.ts';

/** How two evaluations differ on the cases that both marked; `evals/compare.ts` makes it. */
export interface Compared {
  readonly shared: number;
  /** Mean of (now - before), and the interval that holds the true one with 95%. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** `same`: a difference that chance explains as well. `unknown`: too few cases to say. */
  readonly verdict: 'better' | 'worse' | 'same' | 'unknown';
}

/** Why an evaluation that was asked for could not be played to its end. */
export type EvalFault = 'version-gone' | 'cases-changed' | 'asker-gone' | 'agent-paused' | 'tenant-stopped';

/** What is known of an agent's version without playing it; whoever starts the bot says it. */
export interface GoldenSet {
  readonly cases: number;
  /** Digest of the golden cases: marks are compared only where the case is the same. */
  readonly casesHash: string;
  /** Digest of all that the model is told. */
  readonly promptHash: string;
  readonly model: string;
  /** No case contradicts itself or the version's contract. */
  readonly sound: boolean;
}

export interface EvalCase {
  readonly id: string;
  readonly kind: string;
  readonly mark: number;
  /** The graders that gave less than everything. */
  readonly short: readonly string[];
  readonly failed: boolean;
}

/** All that the card of an evaluation is made of. */
export interface EvalCardView {
  readonly eval: EvalId;
  readonly agent: string;
  readonly agentVersion: string;
  readonly model: string;
  readonly rehearsal: boolean;
  readonly status: 'running' | 'done' | 'failed';
  readonly cases: number;
  readonly marked: readonly EvalCase[];
  /** Over all cases, once it is done. */
  readonly mean: number | null;
  readonly costMicros: UsdMicros;
  readonly why: string | null;
  /** Null: nothing of the same kind of model to compare with. */
  readonly comparison: Compared | null;
}

/** The four figures that need a judge; mission, row 13. */
export const METRICS = ['faithfulness', 'answer_relevancy', 'context_precision', 'context_recall'] as const;
export type MetricName = (typeof METRICS)[number];

/** One of them over the cases of an evaluation: the mean of what was measured. */
export interface MetricFigure {
  /** Null: too little was measured to speak of a mean. */
  readonly value: number | null;
  readonly measured: number;
  /** The cases in which it means anything. */
  readonly of: number;
  /** A code of what was most often in the way; null where nothing was. */
  readonly why: string | null;
}
export interface EvalMetrics {
  readonly judge: string;
  /** What turned words into vectors; null: nothing did. */
  readonly embedder: string | null;
  readonly figures: Readonly<Record<MetricName, MetricFigure>>;
  /** Of the judging alone. */
  readonly costMicros: UsdMicros;
}

/** Below this mean a change does not ship; mission, row 13. */
export const GOLDEN_THRESHOLD = 0.92;
