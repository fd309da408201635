import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS, type EvalMetrics, type MetricFigure, type MetricName } from '../core/evals/evaluation.ts';
import { compareMarks, type Marks } from './compare.ts';
import { judgeGate, type GateInput } from './gate.ts';
import { gateJson, gateMarkdown } from './gate-report.ts';
import type { EvalReport } from './run-cases.ts';

const marks = (...values: readonly number[]): Marks =>
  Object.fromEntries(values.map((mark, i) => [`case-${i}`, mark]));
const report = (mean: number, cases = 60): EvalReport => ({
  agent: 'fraud-review',
  cases: Array.from({ length: cases }, (_, i) => ({
    ...{ id: `case-${i}`, kind: 'hard' as const, mark: mean, failure: null, costMicros: 1, latencyMs: 1 },
    grades: [{ grader: 'score', mark: mean, why: mean < 1 ? 'said `x` | [link](http://e) \n# big' : null }],
  })),
  ...{ mean, threshold: 0.92, pass: mean >= 0.92, costMicros: 60, byGrader: { score: mean } },
});
const figure = (value: number | null, why: string | null = null): MetricFigure => ({
  ...{ value, measured: value === null ? 3 : 60, of: 60, why },
});
/** What a judge measured; NaN and null are no figures. */
const judged = (change: Partial<Record<MetricName, number | null>> = {}): EvalMetrics => {
  const values = {
    faithfulness: 0.95,
    answer_relevancy: 0.9,
    context_precision: 0.85,
    context_recall: 0.85,
    ...change,
  };
  const figures = Object.fromEntries(
    METRICS.map((name) => [name, figure(values[name] ?? null, values[name] === null ? 'away' : null)]),
  ) as EvalMetrics['figures'];
  return { judge: 'claude-sonnet', embedder: 'word vectors', figures, costMicros: 1_200 };
};
const gate = (change: Partial<GateInput> = {}) =>
  judgeGate({
    report: report(0.97),
    version: '1.0.0',
    model: 'claude',
    rehearsal: false,
    metrics: judged(),
    comparison: null,
    ...change,
  });

describe('comparing two evaluations', () => {
  it('tells a real loss from noise', () => {
    const before = Array.from({ length: 60 }, () => 1);
    const lost = before.map((_, i) => (i % 5 === 0 ? 0.2 : 1));
    expect(compareMarks(marks(...before), marks(...lost)).verdict).toBe('worse');
    expect(compareMarks(marks(...lost), marks(...before)).verdict).toBe('better');
    const wobble = before.map((_, i) => (i === 7 ? 0.8 : 1));
    expect(compareMarks(marks(...before), marks(...wobble)).verdict).toBe('same');
  });

  it('looks at shared cases only, and says when they are too few', () => {
    expect(compareMarks(marks(1, 1, 1), marks(0, 0, 0)).verdict).toBe('unknown');
    expect(compareMarks({}, marks(1, 1))).toMatchObject({ shared: 0, verdict: 'unknown' });
    expect(compareMarks({ ...marks(1), gone: 0 }, { ...marks(1), fresh: 0 }).shared).toBe(1);
  });

  it('is the same every time, turns with its sides and holds its own mean', () => {
    const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 })), {
      minLength: 10,
      maxLength: 20,
    });
    fc.assert(
      fc.property(list, (pairs) => {
        const [a, b] = [marks(...pairs.map(([x]) => x / 10)), marks(...pairs.map(([, y]) => y / 10))];
        const there = compareMarks(a, b);
        expect(compareMarks(a, b)).toEqual(there);
        expect(compareMarks(b, a).difference).toBeCloseTo(-there.difference, 12);
        expect(there.low).toBeLessThanOrEqual(there.difference + 1e-9);
        expect(there.high).toBeGreaterThanOrEqual(there.difference - 1e-9);
      }),
      { numRuns: 10 },
    );
  });

  it('cries wolf in few of many comparisons where nothing changed', () => {
    const dice = fc.sample(fc.array(fc.constantFrom(0.8, 1), { minLength: 120, maxLength: 120 }), {
      numRuns: 60,
      seed: 5,
    });
    const alarms = dice.filter((values, i) =>
      compareMarks(marks(...values.slice(0, 60)), marks(...values.slice(60)), i + 1).verdict === 'worse').length; // prettier-ignore
    expect(alarms).toBeLessThanOrEqual(5);
  });
});

describe('the gate', () => {
  it('lets through what is good enough in everything', () => {
    expect(gate()).toMatchObject({ pass: true, blocked: [] });
  });

  it.each<[string, Partial<GateInput>, string]>([
    ['marks below 0.92', { report: report(0.919) }, 'golden_cases_below'],
    ['no cases', { report: report(1, 0) }, 'golden_cases_not_measured'],
    ['faithfulness at 0.92', { metrics: judged({ faithfulness: 0.92 }) }, 'faithfulness_below'],
    ['relevancy at 0.85', { metrics: judged({ answer_relevancy: 0.85 }) }, 'answer_relevancy_below'],
    ['precision at 0.80', { metrics: judged({ context_precision: 0.8 }) }, 'context_precision_below'],
    ['recall at 0.80', { metrics: judged({ context_recall: 0.8 }) }, 'context_recall_below'],
    [
      'a metric that is NaN',
      { metrics: judged({ context_recall: Number.NaN }) },
      'context_recall_not_measured',
    ],
    ['surely worse', { comparison: compareMarks(marks(...Array<number>(20).fill(1)), marks(...Array<number>(20).fill(0.95))) }, 'worse_than_before'], // prettier-ignore
  ])('blocks %s', (_what, change, code) => {
    expect(gate(change)).toMatchObject({ pass: false, blocked: [code] });
  });

  it('says of the rehearsal that no real model was measured, and never calls that ok', () => {
    const rehearsed = gate({ rehearsal: true, metrics: null });
    expect(rehearsed).toMatchObject({ pass: true, rehearsal: true });
    expect(rehearsed.rows.filter(({ state }) => state === 'ok').map(({ name }) => name)).toEqual([
      'golden_cases',
    ]);
    const text = gateMarkdown(rehearsed, report(0.97));
    expect(text).toMatch(/Not measured with a real model/);
    expect(text.match(/not measured \|/g)).toHaveLength(4);
    expect(gateMarkdown(rehearsed, report(0.97), 'de')).toMatch(/Nicht mit einem echten Modell gemessen/);
  });

  it('with a real model blocks what no judge could measure, says why, and who judged and embedded', () => {
    const blind = gate({ metrics: judged({ answer_relevancy: null }) });
    expect(blind).toMatchObject({ pass: false, blocked: ['answer_relevancy_not_measured'] });
    expect(gate({ metrics: null }).blocked).toHaveLength(4);
    const text = gateMarkdown(blind, report(0.97));
    expect(text).toMatch(
      /^## fraud-review 1\.0\.0: BLOCKED\n\nIt may not ship: answer relevancy was not measured\.\n/,
    );
    expect(text).toMatch(/Judge: claude-sonnet; embedder: word vectors; the judging cost US\$0\.001/);
    expect(text).toMatch(/answer relevancy: The judge could not be reached/);
    expect(gateMarkdown(blind, report(0.97), 'de')).toMatch(
      /GESPERRT\n\nDie Version darf nicht ausgeliefert werden: Bezug der Antwort wurde nicht gemessen/,
    );
  });

  it('reports in Markdown that words of a model cannot break, and in one line of JSON', () => {
    const text = gateMarkdown(gate({ report: report(0.5) }), report(0.5));
    expect(text).toMatch(/BLOCKED/);
    expect(text).not.toMatch(/\]\(http|\n# big|`x`/);
    expect(JSON.parse(gateJson(gate()))).toMatchObject({
      gate: 'fraud-review',
      pass: true,
      rows: { faithfulness: { state: 'ok' } },
    });
  });
});
