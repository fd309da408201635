import type { ApprovalState } from '../core/approval/types.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import { Money } from '../core/money.ts';

/**
 * The amount that policy judges an edited action by: the argument that held it before still does. Where several held the
 * same amount, the largest of them now. Undefined when it cannot be told; null when the action never had one.
 */
export function amountAfterEdit(
  before: Pick<ApprovalState, 'action' | 'amount'>,
  args: JsonObject,
): Money | null | undefined {
  if (before.amount === null) return null;
  const { currency, micros } = before.amount;
  const holders = Object.entries(before.action.args).filter(([, value]) => {
    const money = Money.safeParse(value);
    return money.success && money.data.currency === currency && money.data.micros === micros;
  });
  const after = holders.map(([name]) => Money.safeParse(args[name]).data);
  const known = after.filter((money) => money !== undefined);
  if (known.length === 0 || known.length < after.length) return undefined;
  return known.reduce((most, money) => (money.micros > most.micros ? money : most));
}
