import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Chart } from '../core/charts/chart.ts';
import { Language } from '../core/language.ts';
import { compareMarks, type Comparison } from '../evals/compare.ts';
import { judgeGate, type Gate } from '../evals/gate.ts';
import { gateJson, gateMarkdown } from '../evals/gate-report.ts';
import { drawChart } from '../platform/charts/draw-chart.ts';
import type { Agent } from '../workers/activities/edges.ts';
import { chosenAgents, evaluate as evaluateForReal, type Evaluated } from './eval/evaluate.ts';
import { openLasting, type Lasting } from './eval/lasting.ts';
import { CASE_KINDS } from '../core/evals/golden-case.ts';

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
function againstBaseline(done: Evaluated): Comparison | null {
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
    bars: CASE_KINDS.map((kind) => ({ label: kind, value: meanOf(kind) })),
  };
}

async function writeReport(
  folder: string,
  { gate, done, language }: { gate: Gate; done: Evaluated; language: Language },
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { png, alt } = await drawChart(chartOf(done), language);
  const picture = `gate-${gate.agent}.png`;
  writeFileSync(join(folder, picture), png);
  const said = gateMarkdown(gate, done.report, language);
  const text = `${said}\n![${alt.replace(/[[\]\r\n]/g, ' ')}](${picture})\n`;
  writeFileSync(join(folder, `gate-${gate.agent}.md`), text);
}

/** What a test hands in instead: who evaluates, and where it stays. */
export interface GateEdges {
  readonly evaluate: (agent: Agent, say: (line: string) => void) => Promise<Evaluated>;
  readonly lasting: Lasting | null;
}

const OPTIONS = {
  report: { type: 'string' },
  'save-baseline': { type: 'boolean', default: false },
  tenant: { type: 'string' },
  language: { type: 'string', default: 'en' },
} as const;

/** The store's last one that passed says more than the file of the code; without either there is nothing to compare with. */
async function judge(done: Evaluated, lasting: Lasting | null): Promise<Gate> {
  const { report, agent, model, rehearsal, metrics } = done;
  const stored = (await lasting?.keep(done.kept)) ?? null;
  const comparison = stored?.comparison ?? againstBaseline(done);
  return judgeGate({ report, version: agent.version, model, rehearsal, metrics, comparison });
}

/**
 * `countersign gate <agent> [version] [--report FOLDER] [--save-baseline] [--tenant TENANT] [--language en|de]`: may this
 * version ship. Exit code 0 only if it may; the baseline is written only then, and only when asked. Where the environment
 * names a store, the evaluation is kept there and compared with the last that passed there.
 */
export async function run(args: string[], edges?: GateEdges): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [name = '', version] = positionals;
  const language = Language.parse(values.language);
  const agent = (await chosenAgents(name, version, process.env))?.[0];
  if (agent === undefined) return 2;
  const { evaluate, lasting } = edges ?? {
    evaluate: evaluateForReal,
    lasting: await openLasting(process.env, values.tenant),
  };
  try {
    const done = await evaluate(agent, (line) => console.error(line));
    const gate = await judge(done, lasting);
    console.log(gateMarkdown(gate, done.report, language));
    if (values.report !== undefined) await writeReport(resolve(values.report), { gate, done, language });
    if (values['save-baseline'] && gate.pass) saveBaseline(done);
    console.log(gateJson(gate));
    return gate.pass ? 0 : 1;
  } finally {
    await lasting?.close();
  }
}
