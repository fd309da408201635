import { describe, expect, test } from 'vitest';
import type { Finding } from '../core/alerts/finding.ts';
import type { Language } from '../core/language.ts';
import { INCIDENT_VIEW } from './gallery-incidents.ts';
import { incidentCard } from './incident-card.ts';

const shown = (finding: Partial<Finding>, language: Language = 'en'): string => {
  const { state } = INCIDENT_VIEW;
  const view = { ...INCIDENT_VIEW, state: { ...state, finding: { ...state.finding, ...finding } } };
  return JSON.stringify(incidentCard(view, language).blocks);
};
const TOO_FEW = { key: 'too-few', params: { sample: 2, need: 10 } };
const UNSCORED = { key: 'not-scored', params: { runs: 214, unscored: 11 } };

describe("an incident's card says why in the rule's own words", () => {
  test.each<[Language, string]>([
    [
      'en',
      'backed by its sources to 0.81, the mean of 38 sampled runs in 6 hours; it should be 0.85 or more.',
    ],
    ['de', 'zu 0,81 von seinen Quellen gedeckt, im Mittel von 38 Stichproben in 6 Stunden'],
  ])('%s', (language, words) => {
    expect(shown({}, language)).toContain(words);
  });

  test('fine, too little to say, and what nobody can know are three things', () => {
    const fine = shown({ state: 'clear', value: 0.93 });
    const few = shown({ state: 'no_data', value: null, reason: TOO_FEW });
    const unknown = shown({ state: 'cannot_know', value: null, reason: UNSCORED });
    expect(fine).toContain('Fine just now: 0.93');
    expect(few).toMatch(/No data: .*Only 2 to count from; 10 are needed\./);
    expect(unknown).toMatch(/It cannot be known just now.*none of them could be scored/);
    for (const one of [few, unknown]) expect(one).not.toMatch(/Fine|NaN|undefined/);
  });

  test('a reason of a later version is left out, its figures are not', () => {
    const later = shown({ reason: { key: 'moon-phase', params: {} } });
    expect(later).toContain('Now 0.81, where the limit is 0.85');
    expect(later).not.toContain('moon-phase');
  });

  test('the picture has its words, and the worst runs open their trace', () => {
    const card = shown({});
    expect(card).toMatch(/"alt":"[^"]{40,}/);
    expect(card).toContain('Worst runs');
    expect(card.split('"trace"').length).toBeGreaterThan(1);
  });
});
