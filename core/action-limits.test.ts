import { expect, test } from 'vitest';
import { ARGUMENT_LIMITS, whyArgumentsDoNotFit } from './action-limits.ts';
import { whySentence } from './sentences.ts';

test('an ordinary payment fits', () => {
  expect(
    whyArgumentsDoNotFit({ claim: 'CLM-0847', amount: { currency: 'GBP', micros: 6_180_000_000 } }),
  ).toBeNull();
});

test.each([
  ['one long value', { reason: 'x'.repeat(ARGUMENT_LIMITS.charactersEach + 1) }, /"reason"/],
  ['a long list', { items: Array.from({ length: 400 }, (_, i) => `item ${i}`) }, /"items"/],
  ['too many', Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, i])), /11 arguments/],
  [
    'many bytes',
    Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`a${i}`, 'é'.repeat(700)])),
    /bytes/,
  ],
])('%s does not', (_why, args, words) => {
  expect(whySentence(whyArgumentsDoNotFit(args) ?? {})).toMatch(words);
});

test('exactly the limit fits', () => {
  expect(whyArgumentsDoNotFit({ reason: 'x'.repeat(ARGUMENT_LIMITS.charactersEach) })).toBeNull();
});
