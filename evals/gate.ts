import { GOLDEN_THRESHOLD, type EvalMetrics, type MetricFigure } from '../core/evals/evaluation.ts';
import type { Comparison } from './compare.ts';
import type { EvalReport } from './run-cases.ts';

/** What the gate asks of a version; mission, row 13. A metric has to be above its threshold, the marks at least at it. */
export const THRESHOLDS = {
  golden_cases: GOLDEN_THRESHOLD,
  faithfulness: 0.92,
  answer_relevancy: 0.85,
  context_precision: 0.8,
  context_recall: 0.8,
} as const;
export type GateName = keyof typeof THRESHOLDS;

export interface GateRow {
  readonly name: GateName;
  readonly threshold: number;
  /** Null where nothing was measured; that is never `ok`. */
  readonly value: number | null;
  readonly state: 'ok' | 'below' | 'not_measured';
  /** Of a figure that a judge made: over how many cases, and why it is none. */
  readonly by: MetricFigure | null;
}
export interface Gate {
  readonly agent: string;
  readonly version: string;
  readonly model: string;
  readonly rehearsal: boolean;
  /** Who judged and what embedded; null: nobody did. */
  readonly judged: Pick<EvalMetrics, 'judge' | 'embedder' | 'costMicros'> | null;
  readonly rows: readonly GateRow[];
  /** Against the last one that was let through; null: there is none. */
  readonly comparison: Comparison | null;
  /** Codes of what stands in the way; empty: it may ship. */
  readonly blocked: readonly string[];
  readonly pass: boolean;
}
export interface GateInput {
  readonly report: EvalReport;
  readonly version: string;
  readonly model: string;
  readonly rehearsal: boolean;
  /** Null: no judge was asked. */
  readonly metrics: EvalMetrics | null;
  readonly comparison: Comparison | null;
}

function rowOf(name: GateName, value: number | null, by: MetricFigure | null): GateRow {
  const threshold = THRESHOLDS[name];
  if (value === null || Number.isNaN(value))
    return { name, threshold, value: null, state: 'not_measured', by };
  const ok = name === 'golden_cases' ? value >= threshold : value > threshold;
  return { name, threshold, value, state: ok ? 'ok' : 'below', by };
}

/**
 * May this version ship. Below a threshold, or surely worse than what was let through last: no. With a real model a
 * metric that was not measured stands in the way too; the rehearsal cannot show what it has no part in, and says so.
 */
export function judgeGate({ report, version, model, rehearsal, metrics, comparison }: GateInput): Gate {
  const mean = report.cases.length === 0 ? null : report.mean;
  const rows = (Object.keys(THRESHOLDS) as GateName[]).map((name) => {
    if (name === 'golden_cases') return rowOf(name, mean, null);
    const by = metrics?.figures[name] ?? null;
    return rowOf(name, by?.value ?? null, by);
  });
  const blocked = rows
    .filter(
      ({ name, state }) =>
        state === 'below' || (state === 'not_measured' && (!rehearsal || name === 'golden_cases')),
    )
    .map(({ name, state }) => `${name}_${state}`);
  if (comparison?.verdict === 'worse') blocked.push('worse_than_before');
  return {
    agent: report.agent,
    version,
    model,
    rehearsal,
    judged: metrics && { judge: metrics.judge, embedder: metrics.embedder, costMicros: metrics.costMicros },
    rows,
    comparison,
    blocked,
    pass: blocked.length === 0,
  };
}
