import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { answerRelevancy } from '../evals/metrics/answer-relevancy.ts';
import { contextPrecision } from '../evals/metrics/context-precision.ts';
import { contextRecall } from '../evals/metrics/context-recall.ts';
import { faithfulness } from '../evals/metrics/faithfulness.ts';
import { pythonWith } from '../local/engines/python.ts';
import { scriptedCases, type ScriptedCase } from './ragas/cases.ts';
import type { Say } from './world/open.ts';

const CASES = 100;
const SEED = 43;
const WITHIN = 1e-9;
const METRICS = ['faithfulness', 'answer_relevancy', 'context_precision', 'context_recall'] as const;
type Scores = Record<(typeof METRICS)[number], number>;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Our side of the script; it answers only what it was written for, as Ragas' side does. */
function scripted(c: ScriptedCase) {
  const { sample } = c;
  const joined = sample.contexts.join('\n');
  const expect = (holds: boolean): void => {
    if (!holds) throw new Error(`our metric asked something else about "${sample.question}"`);
  };
  return {
    statementsOf: async (question: string, answer: string) => {
      expect(question === sample.question && answer === sample.answer);
      return c.statements;
    },
    supported: async (statements: readonly string[], contexts: string) => {
      expect(same(statements, c.statements) && contexts === joined);
      return c.supported;
    },
    questionFrom: async (answer: string, turn: number) => {
      expect(answer === sample.answer);
      return c.questions[turn] ?? { question: '', noncommittal: null };
    },
    useful: async (question: string, context: string, reference: string) => {
      expect(question === sample.question && reference === sample.reference);
      return c.useful[sample.contexts.indexOf(context)];
    },
    attributed: async (question: string, contexts: string, reference: string) => {
      expect(question === sample.question && contexts === joined && reference === sample.reference);
      return c.attributed;
    },
    embed: async (texts: readonly string[]) => texts.map((text) => c.vectors[text] ?? []),
  };
}

async function ours(c: ScriptedCase): Promise<Scores> {
  const judge = scripted(c);
  return {
    faithfulness: (await faithfulness(c.sample, judge)).score,
    answer_relevancy: (await answerRelevancy(c.sample, judge, judge.embed)).score,
    context_precision: (await contextPrecision(c.sample, judge)).score,
    context_recall: (await contextRecall(c.sample, judge)).score,
  };
}

async function theirs(
  cases: readonly ScriptedCase[],
  say: Say,
): Promise<{ scores: Scores[]; version: string }> {
  const python = await pythonWith('ragas', join(import.meta.dirname, 'ragas/requirements.txt'), say);
  const child = spawn(python, ['-W', 'ignore', join(import.meta.dirname, 'ragas/score.py')]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(cases.map((c) => `${JSON.stringify(c)}\n`).join(''));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`Ragas did not score: ${err.slice(-800)}`);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number | string | null>);
  const scores = lines.slice(0, -1).map((line) => {
    const of = (metric: string): number => (line[metric] === null ? Number.NaN : Number(line[metric]));
    return Object.fromEntries(METRICS.map((metric) => [metric, of(metric)])) as Scores;
  });
  return { scores, version: String(lines.at(-1)?.['ragas']) };
}

interface Agreement {
  agree: number;
  nan: number;
  worst: number;
}

function compare(mine: readonly Scores[], other: readonly Scores[]): Record<string, Agreement> {
  const of = (metric: keyof Scores): Agreement => {
    const pairs = mine.map((scores, i) => [scores[metric], other[i]?.[metric] ?? Number.NaN] as const);
    const apart = pairs.map(([a, b]) =>
      Number.isNaN(a) || Number.isNaN(b)
        ? Number.isNaN(a) && Number.isNaN(b)
          ? 0
          : Infinity
        : Math.abs(a - b),
    );
    return {
      agree: apart.filter((d) => d <= WITHIN).length,
      nan: pairs.filter(([, b]) => Number.isNaN(b)).length,
      worst: Math.max(...apart),
    };
  };
  return Object.fromEntries(METRICS.map((metric) => [metric, of(metric)]));
}

/** Our four metrics and Ragas' own on the same hundred cases, with the same scripted judge and embedder. */
export async function measure(say: Say) {
  const cases = scriptedCases(CASES, SEED);
  const mine = await Promise.all(cases.map(ours));
  say(`Scoring ${CASES} cases with Ragas in Python ...`);
  const { scores, version } = await theirs(cases, say);
  const metrics = compare(mine, scores);
  for (const [name, { agree, nan, worst }] of Object.entries(metrics))
    say(
      `  ${name.padEnd(18)} ${agree} of ${CASES} agree, ${nan} of them NaN in both, ${worst} apart at worst`,
    );
  const ok =
    version === '0.4.3' &&
    scores.length === CASES &&
    Object.values(metrics).every(({ agree, nan }) => agree === CASES && nan < CASES);
  return { ok, met: ok, ragas: version, cases: CASES, within: WITHIN, metrics };
}
