import { expect, test } from 'vitest';
import { priorityField, takePriority } from './priority.ts';

test.each<[string, string, string | null]>([
  ['fraud-review CLM-0847', 'fraud-review CLM-0847', 'normal'],
  ['fraud-review CLM-0847 --priority high', 'fraud-review CLM-0847', 'high'],
  ['--priority=LOW fraud-review CLM-0847', 'fraud-review CLM-0847', 'low'],
  ['fraud-review —priority high CLM-0847', 'fraud-review  CLM-0847', 'high'],
  ['fraud-review CLM-0847 --priority', 'fraud-review CLM-0847', null],
  ['fraud-review CLM-0847 --priority urgent', 'fraud-review CLM-0847', null],
  ['fraud-review a--priority high', 'fraud-review a--priority high', 'normal'],
])('%s', (typed, words, priority) => {
  expect(takePriority({ words: typed })).toEqual({ words, fields: undefined, priority });
});

test('what a form says goes before what was typed, and is none of the agent’s fields', () => {
  const field = priorityField('en', { initial: 'high', high: true });
  expect([field.kind, field.initial, field.options?.map(({ value }) => value)]).toEqual([
    ...['select', 'high', ['high', 'normal', 'low']],
  ]);
  const fields = { claim: 'CLM-0847', [field.name]: 'low' };
  expect(takePriority({ words: 'fraud-review --priority high', fields })).toEqual({
    ...{ words: 'fraud-review', fields: { claim: 'CLM-0847' }, priority: 'low' },
  });
  expect(takePriority({ words: 'fraud-review', fields: { [field.name]: 'urgent' } }).priority).toBeNull();
});

test('high is offered to those alone who may give it', () => {
  const { options } = priorityField('de', { initial: 'normal', high: false });
  expect(options).toEqual([
    { value: 'normal', label: 'Normal' },
    { value: 'low', label: 'Niedrig' },
  ]);
});
