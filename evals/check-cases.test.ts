import { describe, expect, it } from 'vitest';
import { fraudReview } from '../agents/fraud-review/agent.ts';
import type { GoldenCase } from './case.ts';
import { wrongCases } from './check-cases.ts';

const right: GoldenCase = {
  id: 'one',
  kind: 'easy',
  why: 'for the test',
  input: { claim: 'CLM-0847' },
  expect: {
    score: [0.1, 0.4],
    signals: [{ citation: 'DOC-1', sign: 'lowers' }],
    recommendations: ['settle'],
    actions: ['settle_claim'],
    refuses: false,
  },
};
const wrong = (change: Partial<GoldenCase['expect']>, input: GoldenCase['input'] = right.input) =>
  wrongCases(fraudReview, [{ ...right, input, expect: { ...right.expect, ...change } }]);

describe('a golden case that cannot be right', () => {
  it('is told from one that can', () => {
    expect(wrongCases(fraudReview, [right])).toEqual([]);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a tool that the agent lacks',
      wrong({ actions: ['wire_money'] }),
      /"one".+fraud-review has no tool "wire_money"\.$/,
    ],
    ['a word that its schema lacks', wrong({ recommendations: ['approve'] }), /cannot recommend "approve"/],
    ['an input off schema', wrong({}, { claim: 'x' }), /input does not fit: expected a claim number/],
    ['a range that ends before it begins', wrong({ score: [0.8, 0.2] }), /begins at 0\.8 and ends at 0\.2/],
    ['a refusal with an action', wrong({ refuses: true, score: null }), /a refusal and an action/],
    ['a refusal with a score', wrong({ refuses: true, actions: [] }), /a refusal and a score/],
    ['nothing to be had and no refusal', wrong({ score: null, actions: [] }), /does not call that a refusal/],
    [
      'one record that points two ways',
      wrong({ signals: [...right.expect.signals, { citation: 'DOC-1', sign: 'raises' }] }),
      /DOC-1 is to point two ways/,
    ],
    ['an id twice', wrongCases(fraudReview, [right, right]), /another case has the same id/],
  ])('%s', (_what, said, sentence) => {
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(sentence);
  });
});
