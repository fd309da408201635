import type { AlertRuleName, Threshold } from '../../../core/alerts/thresholds.ts';
import { surelyAbove, surelyBelow } from './certainty.ts';
import { MINUTE_MS, type AgentHistory } from './history.ts';
import { tooFew, type Reading } from './rule.ts';

type Count = (history: AgentHistory, fromMs: number, toMs: number) => number;

export interface ShareRule {
  readonly name: AlertRuleName;
  /** Ascending: the shortest that holds enough says how it is now. */
  readonly windowsMs: readonly number[];
  readonly hits: Count;
  readonly of: Count;
  readonly doubt?: number;
}

interface Counts {
  readonly hits: number;
  readonly of: number;
}
type Windowed = Counts & { readonly windowMs: number };

const countsIn = (rule: ShareRule, history: AgentHistory, fromMs: number, toMs: number): Counts => ({
  hits: rule.hits(history, fromMs, toMs),
  of: rule.of(history, fromMs, toMs),
});

/**
 * A share of things that went wrong. It is over the limit when it is in any window, and surely above where it would count as
 * over again, unless it is past: the latter half of the window is fine, or something since surely is no part of it. It is back when the shortest window with enough in it says so.
 */
export function readShare(
  rule: ShareRule,
  history: AgentHistory,
  threshold: Threshold,
  atMs: number,
): Reading {
  const { enter, leave, minSample } = threshold;
  const windows = rule.windowsMs.map((windowMs): Windowed => ({
    windowMs,
    ...countsIn(rule, history, atMs - windowMs, atMs),
  }));
  const enough = windows.filter(({ of }) => of >= minSample);
  const [shortest] = enough;
  if (shortest === undefined) return tooFew(windows.at(-1)?.of ?? 0, minSample);
  const share = (one: Counts): number => one.hits / one.of;
  const isPast = (one: Windowed): boolean => {
    const half = countsIn(rule, history, atMs - one.windowMs / 2, atMs);
    if (half.of > 0 && share(half) <= leave) return true;
    return windows.some((since) => {
      const before = { hits: one.hits - since.hits, of: one.of - since.of };
      if (since.windowMs >= one.windowMs || before.of === 0) return false;
      return share(since) <= leave && surelyBelow(since.hits, since.of, share(before), rule.doubt);
    });
  };
  const worst = enough.find(
    (one) => share(one) > enter && surelyAbove(one.hits, one.of, leave, rule.doubt) && !isPast(one),
  );
  const { windowMs, hits, of } = worst ?? shortest;
  return {
    state: 'measured',
    value: hits / of,
    sample: of,
    over: worst !== undefined,
    still: share(shortest) > leave,
    reason: {
      key: rule.name,
      params: { hits, of, value: hits / of, limit: enter, minutes: Math.round(windowMs / MINUTE_MS) },
    },
    windowMs,
  };
}
