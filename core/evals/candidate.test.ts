import { describe, expect, it } from 'vitest';
import { fraudReview } from '../../agents/fraud-review/agent.ts';
import { RunId } from '../ids.ts';
import { draftCase, type Candidate } from './candidate.ts';
import type { CandidateCause } from './candidate-cause.ts';
import { faultsOf } from './case-faults.ts';
import type { GoldenSet } from './evaluation.ts';
import { withOwnCases } from './own-cases.ts';

const candidate = (causes: readonly CandidateCause[], said: Partial<Candidate> = {}): Candidate => ({
  ...{ run: RunId.parse('run_01M86D6TY07Q4MZ2E8VTB1XKCC'), agent: 'fraud-review', inputLabel: 'CLM-0847' },
  ...{ atMs: 0, causes, input: { claim: 'CLM-0847' }, proposed: ['settle_claim'] },
  said: { score: 0.41, recommendation: 'settle', signals: [{ citation: 'CLM-0312', weight: 0.18 }] },
  ...said,
});
const EDITED = [{ how: 'edited', tool: 'settle_claim', reason: 'less the excess' }] as const;
const DECLINED = [{ how: 'declined', tool: 'settle_claim', reason: 'The phone' }] as const;
const THUMB = [{ how: 'thumb', tool: null, reason: null }] as const;

describe('a first draft of a golden case', () => {
  it('asks for the same again where a person only changed it', () => {
    const { expect: wanted, why } = draftCase(fraudReview, candidate(EDITED));
    expect(wanted).toMatchObject({
      recommendations: ['settle'],
      actions: ['settle_claim'],
      score: [0.26, 0.56],
    });
    expect(wanted.signals).toEqual([{ citation: 'CLM-0312', sign: 'raises' }]);
    expect(why).toMatch(/a person changed settle_claim \(less the excess\)/);
  });

  it.each([['declined', DECLINED] as const, ['thought bad', THUMB] as const])(
    'wants anything but that where it was %s',
    (_, causes) => {
      const { expect: wanted } = draftCase(fraudReview, candidate(causes));
      expect(wanted.recommendations).not.toContain('settle');
      expect(wanted.recommendations).toContain('refer_to_siu');
      expect(wanted.actions).not.toContain('settle_claim');
      expect(wanted.score).toEqual([0, 1]);
    },
  );

  it.each([
    ['edited', candidate(EDITED)],
    ['declined', candidate(DECLINED)],
    ['both', candidate([...EDITED, ...DECLINED, ...THUMB])],
    ['without an answer', candidate(THUMB, { said: null, proposed: [] })],
  ])('never contradicts itself or its agent: %s', (_, one) => {
    expect(faultsOf(fraudReview, draftCase(fraudReview, one))).toEqual([]);
  });
});

describe('a golden set with cases of a company', () => {
  const set = { cases: 60, casesHash: 'a', promptHash: 'p', model: 'm', sound: true } as unknown as GoldenSet;
  const own = draftCase(fraudReview, candidate(DECLINED));

  it('is another set, whose figures are compared with nothing of before', () => {
    expect(withOwnCases(fraudReview, set, [])).toBe(set);
    const more = withOwnCases(fraudReview, set, [own]);
    expect([more.cases, more.sound]).toEqual([61, true]);
    expect(more.casesHash).not.toBe(set.casesHash);
  });

  it('is not sound once a case no longer fits its agent', () => {
    const gone = { ...own, expect: { ...own.expect, actions: ['pay_by_cheque'] } };
    expect(withOwnCases(fraudReview, set, [gone]).sound).toBe(false);
  });
});
