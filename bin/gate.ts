import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Chart } from '../core/charts/chart.ts';
import { compareMarks, type Comparison } from '../evals/compare.ts';
import { judgeGate, type Gate } from '../evals/gate.ts';
import { gateJson, gateMarkdown } from '../evals/gate-report.ts';
import { drawChart } from '../platform/charts/draw-chart.ts';
import { chosenAgents, evaluate, type Evaluated } from './eval/evaluate.ts';

/** The marks of what was let through last, beside the code that it was let through with. */
const Baseline = z.strictObject({
  agent: z.string(),
  version: z.string(),
  model: z.string(),
  promptHash: z.string(),
  rehearsal: z.boolean(),
  marks: z.record(z.string(), z.number().min(0).max(1)),
});
const baselineFile = (agent: string): string =>
  resolve(import.meta.dirname, '../evals/baselines', `${agent}.json`);

const marksOf = ({ report }: Evaluated): Record<string, number> =>
  Object.fromEntries(report.cases.map(({ id, mark }) => [id, mark]));

/** Null without one, and where the other was of another kind of model: a rehearsal says nothing about a real one. */
function comparisonOf(done: Evaluated): Comparison | null {
  const file = baselineFile(done.agent.name);
  if (!existsSync(file)) return null;
  const before = Baseline.parse(JSON.parse(readFileSync(file, 'utf8')));
  return before.rehearsal === done.rehearsal ? compareMarks(before.marks, marksOf(done)) : null;
}

function saveBaseline(done: Evaluated): void {
  const { agent, model, promptHash, rehearsal } = done;
  const file = baselineFile(agent.name);
  mkdirSync(resolve(file, '..'), { recursive: true });
  const baseline = {
    agent: agent.name,
    version: agent.version,
    model,
    promptHash,
    rehearsal,
    marks: marksOf(done),
  };
  writeFileSync(file, `${JSON.stringify(baseline, null, 2)}\n`);
}

const KINDS = ['easy', 'hard', 'ambiguous', 'hostile', 'no-answer'] as const;

function chartOf({ report, rehearsal, agent }: Evaluated): Chart {
  const meanOf = (kind: string): number | null => {
    const marks = report.cases.filter((one) => one.kind === kind).map(({ mark }) => mark);
    return marks.length === 0 ? null : marks.reduce((sum, mark) => sum + mark, 0) / marks.length;
  };
  return {
    kind: 'rows',
    // a picture travels without the words around it, so it says itself whose figures they are
    title: `${agent.name} ${agent.version}${rehearsal ? ', rehearsal model' : ''}`,
    unit: 'score',
    threshold: report.threshold,
    bars: KINDS.map((kind) => ({ label: kind, value: meanOf(kind) })),
  };
}

async function writeReport(folder: string, gate: Gate, done: Evaluated): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { png, alt } = await drawChart(chartOf(done), 'en');
  const picture = `gate-${gate.agent}.png`;
  writeFileSync(join(folder, picture), png);
  const text = `${gateMarkdown(gate, done.report)}\n![${alt.replace(/[[\]\r\n]/g, ' ')}](${picture})\n`;
  writeFileSync(join(folder, `gate-${gate.agent}.md`), text);
}

/**
 * `countersign gate <agent> [--report FOLDER] [--save-baseline]`: may this version ship. Exit code 0 only if it may; the
 * baseline is written only then, and only when asked.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { report: { type: 'string' }, 'save-baseline': { type: 'boolean', default: false } },
  });
  const [name] = positionals;
  const agent = chosenAgents(name ?? '')?.[0];
  if (agent === undefined) return 2;
  const done = await evaluate(agent, (line) => console.error(line));
  const { report, model, rehearsal } = done;
  const gate = judgeGate({
    report,
    version: agent.version,
    model,
    rehearsal,
    metrics: {},
    comparison: comparisonOf(done),
  });
  console.log(gateMarkdown(gate, report));
  if (values.report !== undefined) await writeReport(resolve(values.report), gate, done);
  if (values['save-baseline'] && gate.pass) saveBaseline(done);
  console.log(gateJson(gate));
  return gate.pass ? 0 : 1;
}
