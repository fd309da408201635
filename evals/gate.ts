import type { Comparison } from './compare.ts';
import type { EvalReport } from './run-cases.ts';

/** What the gate asks of a version; mission, row 13. A metric has to be above its threshold, the marks at least at it. */
export const THRESHOLDS = {
  golden_cases: 0.92,
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
}
export interface Gate {
  readonly agent: string;
  readonly version: string;
  readonly model: string;
  readonly rehearsal: boolean;
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
  /** Means over cases; a metric that is missing or NaN was not measured. */
  readonly metrics: Readonly<Partial<Record<Exclude<GateName, 'golden_cases'>, number>>>;
  readonly comparison: Comparison | null;
}

function rowOf(name: GateName, value: number | undefined): GateRow {
  const threshold = THRESHOLDS[name];
  if (value === undefined || Number.isNaN(value))
    return { name, threshold, value: null, state: 'not_measured' };
  const ok = name === 'golden_cases' ? value >= threshold : value > threshold;
  return { name, threshold, value, state: ok ? 'ok' : 'below' };
}

/**
 * May this version ship. Below a threshold, or surely worse than what was let through last: no. With a real model a
 * metric that was not measured stands in the way too; the rehearsal cannot show what it has no part in, and says so.
 */
export function judgeGate({ report, version, model, rehearsal, metrics, comparison }: GateInput): Gate {
  const mean = report.cases.length === 0 ? undefined : report.mean;
  const rows = (Object.keys(THRESHOLDS) as GateName[]).map((name) =>
    rowOf(name, name === 'golden_cases' ? mean : metrics[name]),
  );
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
    rows,
    comparison,
    blocked,
    pass: blocked.length === 0,
  };
}
