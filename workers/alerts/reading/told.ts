import type { AlertRuleName } from '../../../core/alerts/thresholds.ts';
import type { Measure, WorstBy } from '../../../core/metrics.ts';
import { countIn, endedIn, MINUTE_MS } from './history.ts';
import { tooFew, type AlertRule } from './rule.ts';
import { byHour } from './series.ts';

/** A rule that repeats what was told as an event: it fires at the first, and is over when none was told for `windowMs`. */
export const toldRule = (
  name: AlertRuleName,
  told: { readonly measure: Measure; readonly worst: WorstBy; readonly windowMs: number },
): AlertRule => ({
  name,
  worst: told.worst,
  read(history, { enter, leave, minSample }, atMs) {
    const { windowMs, measure } = told;
    const n = countIn(history, measure, atMs - windowMs, atMs);
    const runs = endedIn(history, atMs - windowMs, atMs);
    // Where nothing ran there was nothing that could have been told.
    if (n === 0 && runs === 0) return tooFew(0, 1);
    return {
      state: 'measured',
      value: n,
      sample: Math.max(n, runs),
      over: n > enter && n >= minSample,
      still: n > leave,
      reason: { key: name, params: { count: n, minutes: Math.round(windowMs / MINUTE_MS) } },
      windowMs,
    };
  },
  series: (history, atMs) =>
    byHour(history, atMs, (h, fromMs, toMs) => {
      const n = countIn(h, told.measure, fromMs, toMs);
      return n === 0 && endedIn(h, fromMs, toMs) === 0 ? null : n;
    }),
});
