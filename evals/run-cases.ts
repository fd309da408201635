import { GOLDEN_THRESHOLD } from '../core/evals/evaluation.ts';
import type { GoldenCase } from './case.ts';
import { GRADERS, type CaseResult, type Grade, type Grader } from './graders.ts';

export interface GradedCase {
  readonly id: string;
  readonly kind: GoldenCase['kind'];
  /** Mean of its grades; 0 for a run that failed. */
  readonly mark: number;
  readonly grades: readonly Grade[];
  readonly failure: string | null;
  readonly costMicros: number;
  readonly latencyMs: number;
}
export interface EvalReport {
  readonly agent: string;
  readonly cases: readonly GradedCase[];
  /** Mean over cases of the mean over graders; 0 when there are no cases. */
  readonly mean: number;
  readonly threshold: number;
  readonly pass: boolean;
  readonly costMicros: number;
  readonly byGrader: Readonly<Record<string, number>>;
}

export interface RunCasesOptions {
  readonly agent: string;
  readonly cases: readonly GoldenCase[];
  /** A real run in the sandbox. What it throws is a failed case, never a failed eval. */
  readonly runCase: (golden: GoldenCase) => Promise<CaseResult>;
  readonly graders?: readonly Grader[];
  readonly threshold?: number;
  /** How many cases run at a time. */
  readonly atOnce?: number;
  readonly onCase?: (graded: GradedCase) => void;
}

const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** Runs and grades every case; the report keeps their order however they finished. */
export async function runCases(options: RunCasesOptions): Promise<EvalReport> {
  const { agent, cases, graders = GRADERS, threshold = GOLDEN_THRESHOLD, atOnce = 4 } = options;
  const graded: (GradedCase | undefined)[] = cases.map(() => undefined);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < cases.length; i = next++) {
      const golden = cases[i] as GoldenCase;
      const done = gradeCase(golden, await runSafely(options, golden), graders);
      graded[i] = done;
      options.onCase?.(done);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));
  const all = graded.filter((one) => one !== undefined);
  const score = mean(all.map((one) => one.mark));
  return {
    agent,
    cases: all,
    mean: score,
    threshold,
    pass: all.length > 0 && score >= threshold,
    costMicros: all.reduce((sum, one) => sum + one.costMicros, 0),
    byGrader: meansByGrader(all),
  };
}

async function runSafely({ runCase }: RunCasesOptions, golden: GoldenCase): Promise<CaseResult> {
  try {
    return await runCase(golden);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { assessment: null, actions: [], failure, costMicros: 0, latencyMs: 0 };
  }
}

export function gradeCase(
  golden: GoldenCase,
  result: CaseResult,
  graders: readonly Grader[] = GRADERS,
): GradedCase {
  const grades = graders.map((grader) => grader(golden, result));
  return {
    id: golden.id,
    kind: golden.kind,
    mark: result.failure === null ? mean(grades.map((g) => g.mark)) : 0,
    grades,
    failure: result.failure,
    costMicros: result.costMicros,
    latencyMs: result.latencyMs,
  };
}

function meansByGrader(cases: readonly GradedCase[]): Record<string, number> {
  const names = [...new Set(cases.flatMap((one) => one.grades.map((g) => g.grader)))];
  const marksOf = (name: string) =>
    cases.flatMap((one) => one.grades.filter((g) => g.grader === name).map((g) => g.mark));
  return Object.fromEntries(names.map((name) => [name, mean(marksOf(name))]));
}
