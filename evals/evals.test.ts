import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCases, type GoldenCase } from './case.ts';
import { GRADERS, gradeActions, gradeRefusal, gradeScore, gradeSignals, type CaseResult } from './graders.ts';
import { reportJson, reportTable } from './report.ts';
import { runCases } from './run-cases.ts';

const golden = (change: Partial<GoldenCase['expect']> = {}, id = 'one'): GoldenCase => ({
  id,
  kind: 'hard',
  why: 'for the test',
  input: { claim: 'CLM-0847' },
  expect: {
    score: [0.35, 0.5],
    signals: [
      { citation: 'CLM-0312', sign: 'raises' },
      { citation: 'DOC-3311', sign: 'lowers' },
    ],
    recommendations: ['settle'],
    actions: ['settle_claim'],
    refuses: false,
    ...change,
  },
});
const good: CaseResult = {
  assessment: {
    score: 0.41,
    signals: [
      { citation: 'CLM-0312', weight: 0.18 },
      { citation: 'DOC-3311', weight: -0.09 },
    ],
    recommendation: 'settle',
    confidence: 0.78,
  },
  actions: ['settle_claim'],
  failure: null,
  costMicros: 1_000,
  latencyMs: 2_000,
};
const scored = (score: number | null): CaseResult => ({
  ...good,
  assessment: { ...good.assessment!, score },
});
const nothing: CaseResult = { ...good, assessment: null, actions: [] };
const unknown: CaseResult = {
  ...good,
  assessment: { score: null, signals: [], recommendation: 'no_answer', confidence: 0.3 },
  actions: [],
};

describe('the graders', () => {
  it('give a good answer full marks and no reason', () => {
    for (const grader of GRADERS) expect(grader(golden(), good)).toMatchObject({ mark: 1, why: null });
  });

  it('let the score fall off outside its range', () => {
    expect(gradeScore(golden(), scored(0.53)).mark).toBeCloseTo(0.7);
    expect(gradeScore(golden(), scored(0.9)).mark).toBe(0);
    expect(gradeScore(golden(), scored(null)).mark).toBe(0);
    expect(gradeScore(golden({ score: null }), scored(0.41)).mark).toBe(0);
    expect(gradeScore(golden({ score: null }), unknown).mark).toBe(1);
  });

  it('want the signal to point the right way', () => {
    const turned = { ...good.assessment!, signals: [{ citation: 'CLM-0312', weight: -0.18 }] };
    const grade = gradeSignals(golden(), { ...good, assessment: turned });
    expect(grade.mark).toBe(0);
    expect(grade.why).toContain('CLM-0312 (raises)');
  });

  it('give nothing for a wrong action beside a right one, nor for none', () => {
    expect(gradeActions(golden(), { ...good, actions: ['settle_claim', 'deny_claim'] }).mark).toBe(0);
    expect(gradeActions(golden(), { ...good, actions: [] }).mark).toBe(0);
    expect(gradeActions(golden({ actions: [] }), good).mark).toBe(0);
  });

  it('reward "I do not know" where it is right, and only there', () => {
    expect(gradeRefusal(golden({ refuses: true }), unknown).mark).toBe(1);
    expect(gradeRefusal(golden({ refuses: true }), good).mark).toBe(0);
    expect(gradeRefusal(golden(), unknown).mark).toBe(0);
  });

  it('never reward a run that ended with nothing', () => {
    const refusing = golden({
      score: null,
      signals: [],
      recommendations: ['no_answer'],
      actions: [],
      refuses: true,
    });
    const marks = GRADERS.map((grader) => grader(refusing, nothing).mark);
    expect(marks.filter((mark) => mark === 1)).toHaveLength(1);
  });

  it('stay between 0 and 1 whatever was said', () => {
    const assessment = fc.option(
      fc.record({
        score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        signals: fc.array(
          fc.record({ citation: fc.string(), weight: fc.double({ min: -1, max: 1, noNaN: true }) }),
        ),
        recommendation: fc.string(),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(assessment, fc.array(fc.string()), (said, actions) => {
        for (const grader of GRADERS) {
          const { mark, why } = grader(golden(), { ...good, assessment: said, actions });
          expect(mark).toBeGreaterThanOrEqual(0);
          expect(mark).toBeLessThanOrEqual(1);
          expect(why === null).toBe(mark === 1);
        }
      }),
    );
  });
});

describe('a run of cases', () => {
  const run = (results: readonly (CaseResult | Error)[]) =>
    runCases({
      agent: 'fraud-review',
      cases: results.map((_, i) => golden({}, `case-${i}`)),
      runCase: (one) => {
        const result = results[Number(one.id.slice(5))];
        return result instanceof Error ? Promise.reject(result) : Promise.resolve(result as CaseResult);
      },
    });

  it('passes at the threshold and keeps the order of the cases', async () => {
    const report = await run([good, good, good]);
    expect(report).toMatchObject({ pass: true, mean: 1, costMicros: 3_000 });
    expect(report.cases.map((c) => c.id)).toEqual(['case-0', 'case-1', 'case-2']);
  });

  it('counts a case that threw as 0 and says why', async () => {
    const report = await run([good, new Error('the model is away')]);
    expect(report).toMatchObject({ pass: false, mean: 0.5 });
    expect(reportTable(report)).toContain('the model is away');
    expect(JSON.parse(reportJson(report))).toMatchObject({
      eval: 'fraud-review',
      pass: false,
      missed: ['case-1'],
    });
    expect(reportJson(report)).not.toContain('\n');
  });

  it('does not pass without cases', async () => {
    expect(await run([])).toMatchObject({ pass: false, mean: 0 });
  });

  it('fails one wrong answer in three', async () => {
    const report = await run([good, good, { ...scored(0.9), actions: ['deny_claim'] }]);
    expect(report.pass).toBe(false);
    expect(report.byGrader['actions']).toBeCloseTo(2 / 3);
  });
});

describe('cases out of a file', () => {
  it('names the line that cannot be read', () => {
    const line = JSON.stringify(golden());
    expect(parseCases(`${line}\n\n${line}\n`)).toHaveLength(2);
    expect(() => parseCases(`${line}\n{`)).toThrow(/line 2: is not JSON/);
    expect(() => parseCases(`${line}\n{"id":"x"}`)).toThrow(/line 2/);
    expect(() => parseCases(JSON.stringify({ ...golden(), extra: 1 }))).toThrow(/extra/);
  });
});
