import { METRICS, type MetricFigure, type MetricName } from '../core/evals/evaluation.ts';
import type { Judge } from './judge/judge.ts';
import { answerRelevancy } from './metrics/answer-relevancy.ts';
import { contextPrecision } from './metrics/context-precision.ts';
import { contextRecall } from './metrics/context-recall.ts';
import type { Embed } from './metrics/cosine.ts';
import { faithfulness } from './metrics/faithfulness.ts';
import type { Measured, Sample, Unmeasured } from './metrics/measured.ts';
import { JudgeError, type JudgeFault } from './metrics/verdict.ts';
import type { Reference } from './reference.ts';
import type { NotDue } from './words.ts';

/** What one case's run said, and what it had read. */
export interface CaseSample {
  readonly question: string;
  readonly answer: string;
  /** All that the answer may rest on. */
  readonly contexts: readonly string[];
  /** The records among them, in the order in which they were read. */
  readonly records: readonly string[];
  /** What a right answer holds; null: nobody can say. */
  readonly reference: Reference | null;
  /** "I don't know" is the right answer: that it does not answer is then no fault. */
  readonly refuses: boolean;
}

/** Below this share of the cases in which it could be, a metric was not measured: a few good ones are no mean. */
const LEAST_MEASURED = 0.9;

/** Why there is no score of a case; `due: false` where none is to be expected. */
type Missing = { readonly why: JudgeFault | Unmeasured | NotDue; readonly due: boolean };
type One = { readonly score: number } | Missing;

const notDue = (why: NotDue): Missing => ({ why, due: false });

/** An embedder that fails is no judge's fault, and no zero. */
class EmbedderError extends Error {}
const guarded =
  (embed: Embed): Embed =>
  (texts) =>
    embed(texts).catch((error: unknown) => {
      throw new EmbedderError('the embedder failed', { cause: error });
    });

async function attempt(work: () => Promise<Measured>): Promise<One> {
  try {
    const { score, reason } = await work();
    return reason === null ? { score } : { why: reason, due: true };
  } catch (error) {
    if (error instanceof JudgeError) return { why: error.code, due: true };
    if (error instanceof EmbedderError) return { why: 'no_embedder', due: true };
    throw error;
  }
}

type Measure = (sample: CaseSample | null) => Promise<One>;

function measures(judge: Judge, embed: Embed | null): Readonly<Record<MetricName, Measure>> {
  const withReference =
    (part: keyof Reference, measure: (sample: Sample) => Promise<Measured>): Measure =>
    async (sample) => {
      if (sample === null) return { why: 'nothing_said', due: true };
      const { question, answer, reference, records: contexts } = sample;
      if (reference === null) return notDue('no_reference');
      return attempt(() => measure({ question, answer, contexts, reference: reference[part] }));
    };
  return {
    faithfulness: async (sample) =>
      sample === null ? { why: 'nothing_said', due: true } : attempt(() => faithfulness(sample, judge)),
    answer_relevancy: async (sample) => {
      if (sample?.refuses) return notDue('nothing_said');
      if (sample === null) return { why: 'nothing_said', due: true };
      if (embed === null) return { why: 'no_embedder', due: true };
      return attempt(() => answerRelevancy(sample, judge, guarded(embed)));
    },
    context_precision: withReference('answer', (sample) => contextPrecision(sample, judge)),
    context_recall: withReference('found', (sample) => contextRecall(sample, judge)),
  };
}

function mostOften(missing: readonly Missing[]): string | null {
  const counts = new Map<string, number>();
  for (const { why } of missing) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function figureOf(all: readonly One[]): MetricFigure {
  const scores = all.flatMap((one) => ('score' in one ? [one.score] : []));
  const missing = all.filter((one) => 'why' in one);
  const due = missing.filter(({ due: is }) => is);
  const of = scores.length + due.length;
  const enough = scores.length > 0 && scores.length >= of * LEAST_MEASURED;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const why = mostOften(due.length > 0 ? due : of === 0 ? missing : []);
  return { value: enough ? mean : null, measured: scores.length, of, why };
}

const AT_ONCE = 4;

/** The four metrics over all cases; null stands for a case whose run left nothing to judge. */
export async function measureCases(
  samples: readonly (CaseSample | null)[],
  { judge, embed }: { readonly judge: Judge; readonly embed: Embed | null },
): Promise<Readonly<Record<MetricName, MetricFigure>>> {
  const each = measures(judge, embed);
  const found: Readonly<Record<MetricName, One[]>> = {
    ...{ faithfulness: [], answer_relevancy: [], context_precision: [], context_recall: [] },
  };
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < samples.length; i = next++)
      for (const name of METRICS) found[name].push(await each[name](samples[i] ?? null));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const figure = (name: MetricName): MetricFigure => figureOf(found[name]);
  return {
    faithfulness: figure('faithfulness'),
    answer_relevancy: figure('answer_relevancy'),
    context_precision: figure('context_precision'),
    context_recall: figure('context_recall'),
  };
}
