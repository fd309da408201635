import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evaluatedOf } from '../bin/eval/evaluate.ts';
import { loadAgents } from '../bin/load-agents.ts';
import { run as runGate } from '../bin/gate.ts';
import type { EvalMetrics } from '../core/evals/evaluation.ts';
import { startRehearsal, type Rehearsal } from '../local/rehearsal/server.ts';
import { createAnthropicModels } from '../workers/models/anthropic.ts';
import { askThrough, JUDGE } from '../workers/models/ask-judge.ts';
import { embedOverHttp } from '../workers/models/http-embedder.ts';
import { embedByWords } from '../workers/models/word-vectors.ts';
import { createJudge } from './judge/judge.ts';
import { measureCases, type CaseSample } from './measure.ts';
import type { Embed } from './metrics/cosine.ts';
import { referenceOf } from './reference.ts';

/** A judge and an embedder over their real wires: the real SDK asks, and nothing says "rehearsal". */
let honest: Rehearsal;
let obedient: Rehearsal;
let embedder: Server;
let url: string;
let answers: (texts: readonly string[]) => { status: number; body: string };
beforeAll(async () => {
  [honest, obedient] = await Promise.all([startRehearsal(), startRehearsal({ obedient: true })]);
  embedder = createServer((req, res) => {
    let body = '';
    req.on('data', (part: Buffer) => (body += part.toString()));
    req.on('end', () => {
      const { status, body: said } = answers((JSON.parse(body) as { input: string[] }).input);
      res.writeHead(status, { 'content-type': 'application/json' }).end(said);
    });
  });
  await new Promise<void>((resolve) => embedder.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(embedder.address() as AddressInfo).port}/v1/embeddings`;
});
afterAll(async () => {
  embedder?.closeAllConnections();
  embedder?.close();
  await Promise.all([honest?.close(), obedient?.close()]);
});

/** Counts words by their first letter: near where the words are. In any order, as the wire allows. */
const letters = (texts: readonly string[]) => ({
  status: 200,
  body: JSON.stringify({
    data: texts
      .map((text, index) => ({
        index,
        embedding: [...'abcdefghijklmnopqrstuvwxyz'].map(
          (letter) => (text.toLowerCase().match(new RegExp(`\\b${letter}`, 'g')) ?? []).length,
        ),
      }))
      .reverse(),
  }),
});

const RECORDS = [
  'Plumber DOC-3311: the joint under the kitchen sink failed on 17 November 2026, which makes the claim less suspicious.',
  'Invoice DOC-3312: repair of the kitchen sink and its joint, total £6,180.00, which makes the claim less suspicious.',
];
const TRUE = 'The joint under the kitchen sink failed on 17 November 2026 (DOC-3311).';
const RIGHT =
  'DOC-3311: the joint under the kitchen sink failed on 17 November 2026, which makes the claim less suspicious.';
const sample = (answer = TRUE): CaseSample => ({
  question: `What is to be said about this: ${TRUE}?`,
  ...{ answer, contexts: RECORDS, records: RECORDS, refuses: false },
  reference: { answer: RIGHT, found: RIGHT },
});
const many = (one: CaseSample | null, n = 12): (CaseSample | null)[] => Array.from({ length: n }, () => one);

const judgeOf = ({ url: baseUrl }: Rehearsal) =>
  createJudge(askThrough(createAnthropicModels({ apiKey: 'a-real-key', baseUrl }), JUDGE));
const overHttp = (): Embed => embedOverHttp({ url, model: 'small', apiKey: 'secret' });

async function measured(
  samples: readonly (CaseSample | null)[],
  { model = honest, embed = overHttp() }: { model?: Rehearsal; embed?: Embed | null } = {},
): Promise<EvalMetrics> {
  const figures = await measureCases(samples, { judge: judgeOf(model), embed });
  return { judge: 'claude-sonnet-5-5', embedder: embed && 'small at 127.0.0.1', figures, costMicros: 5 };
}

/** `countersign gate` on full marks, with these figures of a judge, and no rehearsal. */
async function gate(metrics: EvalMetrics): Promise<{ code: number; said: string }> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  const report = {
    ...{ agent: 'fraud-review', mean: 1, threshold: 0.92, pass: true, costMicros: 0, byGrader: {} },
    cases: [
      { id: 'a', kind: 'easy' as const, mark: 1, grades: [], failure: null, costMicros: 0, latencyMs: 0 },
    ],
  };
  const evaluate = async (agent: ReturnType<typeof loadAgents>[number]) =>
    evaluatedOf(agent, report, { rehearsal: false, metrics });
  try {
    const code = await runGate(['fraud-review'], { evaluate, lasting: null });
    return { code, said: print.mock.calls.map(String).join('\n') };
  } finally {
    print.mockRestore();
  }
}

describe('a gate with a real model', () => {
  it('measures all four, and lets through what is above every threshold', async () => {
    answers = letters;
    const metrics = await measured(many(sample()));
    for (const figure of Object.values(metrics.figures))
      expect(figure).toMatchObject({ measured: 12, of: 12, why: null });
    const { code, said } = await gate(metrics);
    expect(said).toMatch(/may ship/);
    expect(said).toMatch(/Judge: claude-sonnet-5-5; embedder: small at 127\.0\.0\.1/);
    expect(said).not.toMatch(/[Rr]ehearsal model/);
    expect(code).toBe(0);
  });

  it('blocks answers that their records do not hold, and names the figure', async () => {
    answers = letters;
    const { code, said } = await gate(
      await measured(many(sample(`${TRUE} The roof was torn off by a whale in 1987.`))),
    );
    expect(code).toBe(1);
    expect(said).toMatch(/It may not ship: faithfulness is 0\.500, and > 0\.920 is needed\./);
  });

  it('blocks what nobody could measure: a judge that obeys, no embedder, one that answers nonsense', async () => {
    answers = () => ({ status: 200, body: '{"data": "none"}' });
    const obeyed = await gate(await measured(many(sample(), 2), { model: obedient }));
    expect(obeyed.said).toMatch(/faithfulness: The judge obeyed what it was to judge/);
    const none = await gate(await measured(many(sample(), 2), { embed: null }));
    expect(none.said).toMatch(/It may not ship: answer relevancy was not measured\./);
    expect(none.said).toMatch(/embedder: none/);
    const nonsense = await measured(many(sample(), 2));
    expect(nonsense.figures.answer_relevancy).toEqual({
      value: null,
      measured: 0,
      of: 2,
      why: 'no_embedder',
    });
    expect([obeyed.code, none.code]).toEqual([1, 1]);
  });

  it('calls a few good ones no mean, counts no right refusal against its relevancy, nor a case without a reference', async () => {
    answers = letters;
    const few = await measured([sample(), null, null]);
    expect(few.figures.faithfulness).toMatchObject({ value: null, measured: 1, of: 3, why: 'nothing_said' });
    const spared = await measured([
      sample(),
      { ...sample('I do not know.'), refuses: true, reference: null },
    ]);
    expect(spared.figures.answer_relevancy).toMatchObject({ measured: 1, of: 1 });
    expect(spared.figures.context_recall).toMatchObject({ measured: 1, of: 1 });
    const unknowable = await measured([{ ...sample(), reference: null }]);
    expect(unknowable.figures.context_recall).toEqual({
      value: null,
      measured: 0,
      of: 0,
      why: 'no_reference',
    });
  });
});

describe('what turns words into vectors', () => {
  it('is the mean of the words that are known, each of length 1; of none it points nowhere', async () => {
    const embed = embedByWords({ dimensions: 2, vectors: { water: [3, 0, 9, 9], fire: [0, 2, 9, 9] } });
    expect(await embed(['Water, fire!', 'fire', 'constructor toString'])).toEqual([
      [1, 1],
      [0, 1],
      [0, 0],
    ]);
    expect(() => embedByWords({ words: [] })).toThrow();
  });

  it('an address that fails, or leaves a text out, gives no vector', async () => {
    answers = () => ({ status: 500, body: '{}' });
    await expect(overHttp()(['a'])).rejects.toThrow('the embedder answered 500');
    answers = (texts) => letters(texts.slice(1));
    await expect(overHttp()(['a', 'b'])).rejects.toThrow('left a text out');
  });
});

it('a reference is what the case itself says a right answer must cite, and nothing where it says nothing', () => {
  const cases = loadAgents().at(-1)?.cases ?? [];
  const references = cases.map((golden) => [golden, referenceOf(golden)] as const);
  for (const [{ expect: wanted }, reference] of references)
    expect(reference === null).toBe(wanted.signals.length === 0);
  expect(references.filter(([, reference]) => reference !== null).length).toBeGreaterThan(30);
  const [first] = cases;
  if (first === undefined) throw new Error('no cases');
  expect(referenceOf(first)).toEqual({
    answer: `${first.why} Right: settle. DOC-3322 speaks against suspicion.`,
    found: 'There is a record DOC-3322.',
  });
  expect(referenceOf({ ...first, reference: 'As written.' })).toEqual({
    answer: 'As written.',
    found: 'As written.',
  });
});
