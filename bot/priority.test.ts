import { expect, test } from 'vitest';
import { takePriority, withPriority } from './priority.ts';

test.each<[string, string, string | null]>([
  ['fraud-review CLM-0847', 'fraud-review CLM-0847', 'normal'],
  ['fraud-review CLM-0847 --priority high', 'fraud-review CLM-0847', 'high'],
  ['--priority=LOW fraud-review CLM-0847', 'fraud-review CLM-0847', 'low'],
  ['fraud-review —priority high CLM-0847', 'fraud-review  CLM-0847', 'high'],
  ['fraud-review CLM-0847 --priority', 'fraud-review CLM-0847', null],
  ['fraud-review CLM-0847 --priority urgent', 'fraud-review CLM-0847', null],
  ['fraud-review a--priority high', 'fraud-review a--priority high', 'normal'],
])('%s', (typed, words, priority) => {
  expect(takePriority(typed)).toEqual({ words, priority });
});

test('what a form carries is read back', () => {
  expect(takePriority(withPriority('fraud-review', 'high'))).toEqual({
    words: 'fraud-review',
    priority: 'high',
  });
  expect(withPriority('fraud-review', 'normal')).toBe('fraud-review');
});
