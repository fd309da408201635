import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerRelevancy, QUESTIONS } from './answer-relevancy.ts';
import { contextPrecision } from './context-precision.ts';
import { contextRecall } from './context-recall.ts';
import { cosine } from './cosine.ts';
import { faithfulness } from './faithfulness.ts';
import type { Sample } from './measured.ts';
import { JudgeError } from './verdict.ts';

const sample: Sample = { question: 'q', answer: 'a', contexts: ['one', 'two', 'three'], reference: 'r' };
const verdict = fc.constantFrom<0 | 1>(0, 1);
const verdicts = fc.array(verdict, { minLength: 1, maxLength: 12 });
/** All that a model may hand in for a verdict and that is none. */
const junk = fc.anything().filter((value) => value !== 0 && value !== 1);

const faithful = (said: readonly unknown[], statements = said.map(String)) =>
  faithfulness(sample, { statementsOf: async () => statements, supported: async () => said });
const recall = (said: readonly unknown[]) => contextRecall(sample, { attributed: async () => said });
const precision = (said: readonly unknown[]) =>
  contextPrecision(
    { ...sample, contexts: said.map((_, i) => String(i)) },
    { useful: async (_q, context) => said[Number(context)] },
  );
const relevancy = (
  vectors: readonly (readonly number[])[],
  evasive: readonly unknown[],
  texts = ['x', 'y', 'z'],
) =>
  answerRelevancy(
    sample,
    { questionFrom: async (_a, turn) => ({ question: texts[turn] ?? '', noncommittal: evasive[turn] }) },
    async () => vectors,
  );
const broken = (code: string) => expect.objectContaining({ name: 'JudgeError', code });

describe('faithfulness', () => {
  it('is the share of statements that the contexts support', async () => {
    await fc.assert(
      fc.asyncProperty(verdicts, async (said) => {
        const { score, reason } = await faithful(said);
        expect(reason).toBeNull();
        expect(score).toBe(said.filter((v) => v === 1).length / said.length);
      }),
    );
  });

  it('cannot be measured without statements or verdicts, and is then no 0', async () => {
    expect(await faithful([], [])).toEqual({ score: Number.NaN, reason: 'no_statements' });
    expect(await faithful([], ['it rained'])).toEqual({ score: Number.NaN, reason: 'no_verdicts' });
  });

  it('asks about the contexts joined by newlines, as they came', async () => {
    let read = '';
    await faithfulness(sample, {
      statementsOf: async () => ['s'],
      supported: async (_s, contexts) => ((read = contexts), [1]),
    });
    expect(read).toBe('one\ntwo\nthree');
  });

  it('refuses a judge that leaves a statement out', async () => {
    await expect(faithful([1], ['a', 'b'])).rejects.toEqual(broken('wrong_count'));
  });
});

describe('context recall', () => {
  it('is the share of the reference that was read', async () => {
    await fc.assert(
      fc.asyncProperty(verdicts, async (said) => {
        expect((await recall(said)).score).toBe(said.filter((v) => v === 1).length / said.length);
      }),
    );
  });

  it('cannot be measured without statements', async () => {
    expect(await recall([])).toEqual({ score: Number.NaN, reason: 'no_statements' });
  });
});

describe('context precision', () => {
  it('never gets worse when a useful context moves up', async () => {
    await fc.assert(
      fc.asyncProperty(verdicts, fc.nat(), async (said, at) => {
        const i = at % said.length;
        if (i === 0 || said[i] !== 1 || said[i - 1] !== 0) return;
        const moved = said.with(i - 1, 1).with(i, 0);
        expect((await precision(moved)).score).toBeGreaterThan((await precision(said)).score);
      }),
    );
  });

  it('stays in [0, 1): 0 where nothing helps, all but 1 where what helps comes first', async () => {
    await fc.assert(
      fc.asyncProperty(verdicts, async (said) => {
        const { score } = await precision(said);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThan(1);
      }),
    );
    expect((await precision([0, 0])).score).toBe(0);
    expect((await precision([1, 1, 0])).score).toBeCloseTo(1, 9);
    // worked by hand: (1/2 + 2/3) / 2
    expect((await precision([0, 1, 1])).score).toBeCloseTo(7 / 12, 9);
  });
});

describe('answer relevancy', () => {
  const open = [0, 0, 0];

  it('is the mean cosine of three questions to the one asked, and may be negative', async () => {
    expect(
      (
        await relevancy(
          [
            [1, 0],
            [1, 0],
            [0, 1],
            [-1, 0],
          ],
          open,
        )
      ).score,
    ).toBe(0);
    expect(
      (
        await relevancy(
          [
            [1, 0],
            [-2, 0],
            [-1, 0],
            [-9, 0],
          ],
          open,
        )
      ).score,
    ).toBe(-1);
    expect(
      (
        await relevancy(
          [
            [2, 0],
            [1, 1],
            [1, 1],
            [1, 1],
          ],
          open,
        )
      ).score,
    ).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('is 0 only if all three find the answer evasive', async () => {
    const same = [
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ];
    expect(await relevancy(same, [1, 1, 1])).toEqual({ score: 0, reason: null });
    expect((await relevancy(same, [1, 1, 0])).score).toBe(1);
  });

  it('cannot be measured without a question or a direction', async () => {
    const reason = async (vectors: number[][], texts?: string[]) =>
      (await relevancy(vectors, open, texts)).reason;
    expect(await reason([[1], [1], [1], [1]], ['', '', ''])).toBe('no_questions');
    expect(
      await reason([
        [0, 0],
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    ).toBe('no_direction');
    expect(
      await reason([
        [1, 0],
        [1, 0],
        [0, 0],
        [1, 0],
      ]),
    ).toBe('no_direction');
  });

  it('refuses vectors that are missing, of another length or not finite', async () => {
    for (const vectors of [
      [[1], [1]],
      [[1], [1, 2], [1], [1]],
      [[1], [Infinity], [1], [1]],
      [[], [], [], []],
    ])
      await expect(relevancy(vectors, open)).rejects.toEqual(broken('bad_vector'));
  });

  it('asks as often as Ragas does', async () => {
    const turns: number[] = [];
    await answerRelevancy(
      sample,
      { questionFrom: async (_a, turn) => (turns.push(turn), { question: 'x', noncommittal: 0 }) },
      async (texts) => texts.map(() => [1]),
    );
    expect(turns).toEqual(Array.from({ length: QUESTIONS }, (_, i) => i));
  });

  it('does not care how long vectors are, only where they point', () => {
    const vector = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(vector, vector, fc.integer({ min: 1, max: 50 }), (a, b, times) => {
        const [plain, longer] = [
          cosine(a, b),
          cosine(
            a,
            b.map((x) => x * times),
          ),
        ];
        if (Number.isNaN(plain)) return expect(longer).toBeNaN();
        expect(longer).toBeCloseTo(plain, 10);
        expect(Math.abs(plain)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

describe('a verdict that is neither 0 nor 1', () => {
  it('is refused by all four, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(verdicts, fc.nat(), junk, async (said, at, bad) => {
        const spoilt: unknown[] = said.with(at % said.length, bad as 0);
        await expect(
          faithful(
            spoilt,
            spoilt.map((_, i) => String(i)),
          ),
        ).rejects.toEqual(broken('bad_verdict'));
        await expect(recall(spoilt)).rejects.toEqual(broken('bad_verdict'));
        await expect(precision(spoilt)).rejects.toEqual(broken('bad_verdict'));
        const evasive = [0, 0, 0].with(at % 3, bad as 0);
        await expect(relevancy([[1], [1], [1], [1]], evasive)).rejects.toEqual(broken('bad_verdict'));
      }),
    );
  });

  it('says which in few words', async () => {
    await expect(recall(['yes'.repeat(50)])).rejects.toThrow(
      /^bad_verdict: a verdict is 0 or 1, not "yesyes/,
    );
    expect(new JudgeError('silent', 'x').code).toBe('silent');
  });
});
