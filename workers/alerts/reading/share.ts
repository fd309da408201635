import type { AlertRuleName, Threshold } from '../../../core/alerts/thresholds.ts';
import { PAST_DOUBT, surelyAbove, surelyBelow } from './certainty.ts';
import { MINUTE_MS, type AgentHistory } from './history.ts';
import { tooFew, type AlertRule, type Reading } from './rule.ts';
import type { byHour } from './series.ts';
import { turnedWithin } from './turned.ts';

type Count = (history: AgentHistory, fromMs: number, toMs: number) => number;

interface ShareRule {
  readonly name: AlertRuleName;
  readonly worst: AlertRule['worst'];
  /** Ascending: the shortest that holds enough says how it is now. */
  readonly windowsMs: readonly number[];
  readonly hits: Count;
  readonly of: Count;
  /** What the chart shows the share by. */
  readonly by: typeof byHour;
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
function readShare(rule: ShareRule, history: AgentHistory, threshold: Threshold, atMs: number): Reading {
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
    return turnedWithin(windows, one.windowMs, (since, whole) => {
      const before = { hits: whole.hits - since.hits, of: whole.of - since.of };
      if (before.of === 0 || since.of === 0 || share(since) > enter) return false;
      return surelyBelow(since.hits, since.of, share(before), PAST_DOUBT);
    });
  };
  const worst = enough.find(
    (one) => share(one) > enter && surelyAbove(one.hits, one.of, leave) && !isPast(one),
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

/** A rule about a share of things that went wrong; where there was nothing, the chart has a gap. */
export const shareRule = (rule: ShareRule): AlertRule => ({
  name: rule.name,
  worst: rule.worst,
  read: (history, threshold, atMs) => readShare(rule, history, threshold, atMs),
  series: (history, atMs) =>
    rule.by(history, atMs, (h, fromMs, toMs) => {
      const { hits, of } = countsIn(rule, h, fromMs, toMs);
      return of === 0 ? null : hits / of;
    }),
});
