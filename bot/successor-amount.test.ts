import { expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import { amountAfterEdit } from './successor-amount.ts';

const pounds = (micros: number) => ({ currency: 'GBP', micros });
const before = (args: JsonObject, micros: number | null) =>
  ({ action: { args }, amount: micros === null ? null : pounds(micros) }) as unknown as ApprovalState;

test('the argument that held the amount still does', () => {
  const state = before({ amount: pounds(10), excess: pounds(3) }, 10);
  expect(amountAfterEdit(state, { amount: pounds(7), excess: pounds(99) })).toEqual(pounds(7));
});

test('where two held it, the larger is judged', () => {
  expect(
    amountAfterEdit(before({ a: pounds(10), b: pounds(10) }, 10), { a: pounds(1), b: pounds(20) }),
  ).toEqual(pounds(20));
});

test('an action without an amount has none afterwards', () => {
  expect(amountAfterEdit(before({ reason: 'x' }, null), { reason: 'y' })).toBeNull();
});

test('when it cannot be told any more, it is not guessed', () => {
  expect(amountAfterEdit(before({ amount: pounds(10) }, 11), { amount: pounds(7) })).toBeUndefined();
  expect(amountAfterEdit(before({ amount: pounds(10) }, 10), { amount: 'seven' })).toBeUndefined();
  expect(
    amountAfterEdit(before({ a: pounds(10), b: pounds(10) }, 10), { a: pounds(1), b: null }),
  ).toBeUndefined();
});
