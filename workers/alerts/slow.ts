import { bucketOf, EMPTY_HISTOGRAM, quantile, type Histogram } from '../../core/histogram.ts';
import { PAST_DOUBT, surelyAbove, surelyBelow } from './reading/certainty.ts';
import { HOUR_MS, MINUTE_MS, tallyIn, type AgentHistory } from './reading/history.ts';
import { tooFew, type AlertRule } from './reading/rule.ts';
import { turnedWithin } from './reading/turned.ts';
import { byFiveMinutes } from './reading/series.ts';

const WINDOWS_MS = [15 * MINUTE_MS, ...[0.5, 1, 2, 6, 12, 24].map((hours) => hours * HOUR_MS)];
const SHARE = 0.95;

const spreadIn = (history: AgentHistory, fromMs: number, toMs: number): Histogram =>
  tallyIn(history, 'latency', fromMs, toMs).histogram ?? EMPTY_HISTOGRAM;

const countOf = ({ n }: Histogram): number => n.reduce((sum, count) => sum + count, 0);

/** How many took longer; the bucket that holds the limit itself counts as shorter. */
function longerThan({ at, n }: Histogram, ms: number): number {
  const limit = bucketOf(ms);
  return n.reduce((sum, count, i) => sum + ((at[i] ?? 0) > limit ? count : 0), 0);
}

/** Nineteen of twenty runs should be done in time, not counting what people or the line took. */
export const slow: AlertRule = {
  name: 'slow',
  worst: 'slow',
  read(history, { enter, leave, minSample }, atMs) {
    const windows = WINDOWS_MS.map((windowMs) => {
      const spread = spreadIn(history, atMs - windowMs, atMs);
      return { windowMs, spread, n: countOf(spread), p95: quantile(spread, SHARE) ?? 0 };
    });
    const enough = windows.filter(({ n }) => n >= minSample);
    const [shortest] = enough;
    if (shortest === undefined) return tooFew(windows.at(-1)?.n ?? 0, minSample);
    const isPast = (one: (typeof windows)[number]): boolean => {
      const half = spreadIn(history, atMs - one.windowMs / 2, atMs);
      if (countOf(half) > 0 && (quantile(half, SHARE) ?? 0) <= leave) return true;
      return turnedWithin(windows, one.windowMs, (since, whole) => {
        const late = longerThan(since.spread, enter);
        const before = { n: whole.n - since.n, late: longerThan(whole.spread, enter) - late };
        if (before.n === 0 || since.n === 0 || since.p95 > enter) return false;
        return surelyBelow(late, since.n, before.late / before.n, PAST_DOUBT);
      });
    };
    const worst = enough.find(
      (one) =>
        one.p95 > enter && surelyAbove(longerThan(one.spread, leave), one.n, 1 - SHARE) && !isPast(one),
    );
    const { windowMs, n, p95 } = worst ?? shortest;
    const params = {
      value: Math.round(p95),
      limit: enter,
      runs: n,
      minutes: Math.round(windowMs / MINUTE_MS),
    };
    return {
      state: 'measured',
      value: p95,
      sample: n,
      over: worst !== undefined,
      still: shortest.p95 > leave,
      reason: { key: 'slow', params },
      windowMs,
    };
  },
  series: (history, atMs) =>
    byFiveMinutes(history, atMs, (h, fromMs, toMs) => quantile(spreadIn(h, fromMs, toMs), SHARE)),
};
