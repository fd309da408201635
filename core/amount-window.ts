import type { ApprovalStatus } from './approval/types.ts';
import type { Money } from './money.ts';

/** An approval that asked for an amount counts towards later thresholds unless it can no longer take effect. */
export const COUNTS_TOWARDS_WINDOW: readonly ApprovalStatus[] = [
  'pending',
  'approved',
  'executing',
  'executed',
  'unknown',
];

export interface AskedAmount {
  readonly askedAtMs: number;
  readonly amount: Money;
  readonly status: ApprovalStatus;
}

/** Sum in micros of the absolute amounts asked for in one currency since `nowMs - windowMs`, both ends included. */
export function sumWithin(
  asked: readonly AskedAmount[],
  currency: string,
  windowMs: number,
  nowMs: number,
): number {
  return asked
    .filter((a) => a.amount.currency === currency && COUNTS_TOWARDS_WINDOW.includes(a.status))
    .filter((a) => a.askedAtMs >= nowMs - windowMs)
    .reduce((sum, a) => sum + Math.abs(a.amount.micros), 0);
}
