import { expect, test } from 'vitest';
import { opened } from './approval/examples.ts';
import type { ApprovalState } from './approval/types.ts';
import { overridesIn } from './feedback.ts';
import type { PersonId } from './ids.ts';

const ada = 'per_ada' as PersonId;
const edit = { person: ada, atMs: 1, comment: 'the excess', before: {}, after: {} };
const with_ = (change: Partial<ApprovalState>): ApprovalState => ({ ...opened(), ...change });
const hows = (change: Partial<ApprovalState>) =>
  overridesIn(with_(change)).map(({ how, reason }) => [how, reason]);

test('what people changed or declined overrides, each with the words they gave', () => {
  const declined = { person: ada, atMs: 2, reason: 'The phone' };
  expect(hows({ status: 'executed', edits: [edit] })).toEqual([['edited', 'the excess']]);
  expect(hows({ status: 'declined', declined, edits: [edit] })).toEqual([
    ['edited', 'the excess'],
    ['declined', 'The phone'],
  ]);
});

test.each(['expired', 'cancelled', 'lapsed', 'executed', 'pending'] as const)(
  'an end that nobody chose, or a signature, overrides nothing: %s',
  (status) => expect(hows({ status, edits: [], declined: null })).toEqual([]),
);
