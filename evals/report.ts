import type { EvalReport, GradedCase } from './run-cases.ts';

const mark = (value: number): string => value.toFixed(2);

function row(one: GradedCase, width: number): string {
  const missing =
    one.failure ?? one.grades.flatMap((g) => (g.why ? [`${g.grader}: ${g.why}`] : [])).join('; ');
  const name = `${one.id.padEnd(width)}  ${one.kind.padEnd(9)}`;
  return `${one.mark >= 1 ? 'ok  ' : 'miss'}  ${name}  ${mark(one.mark)}  ${(one.latencyMs / 1000).toFixed(1).padStart(5)} s${missing ? `  ${missing}` : ''}`;
}

/** A table for people: one line a case, then the means and the verdict. */
export function reportTable(report: EvalReport): string {
  const width = Math.max(4, ...report.cases.map((one) => one.id.length));
  const graders = Object.entries(report.byGrader).map(([name, value]) => `${name} ${mark(value)}`);
  const verdict = report.pass ? 'passes' : 'does not pass';
  return [
    ...report.cases.map((one) => row(one, width)),
    '',
    graders.join(' · '),
    `${report.agent} ${verdict}: mean ${report.mean.toFixed(3)} over ${report.cases.length} cases, ${report.threshold} is needed; US$${(report.costMicros / 1e6).toFixed(4)}`,
  ].join('\n');
}

/** The same as one line of JSON, the last thing that `npm run eval` prints. */
export function reportJson(report: EvalReport): string {
  const { agent, mean, threshold, pass, costMicros, byGrader } = report;
  const missed = report.cases.filter((one) => one.mark < 1).map((one) => one.id);
  return JSON.stringify({
    eval: agent,
    cases: report.cases.length,
    mean,
    threshold,
    pass,
    costMicros,
    byGrader,
    missed,
  });
}
