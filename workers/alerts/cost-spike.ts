import { dailyBaseline } from '../../core/metrics.ts';
import { countIn, DAY_MS, sumIn } from './reading/history.ts';
import { tooFew, type AlertRule } from './reading/rule.ts';
import { byDay } from './reading/series.ts';

const BASELINE_DAYS = 14;

/** What the last 24 hours cost, against the median of the days before them. */
export const costSpike: AlertRule = {
  name: 'cost-spike',
  worst: 'costly',
  read(history, { enter, leave, minSample }, atMs) {
    const fromMs = atMs - DAY_MS;
    const calls = countIn(history, 'cost', fromMs, atMs);
    const spent = sumIn(history, 'cost', fromMs, atMs);
    if (calls < minSample) return tooFew(calls, minSample);
    const days = Array.from({ length: BASELINE_DAYS }, (_, i) =>
      sumIn(history, 'cost', fromMs - (i + 1) * DAY_MS, fromMs - i * DAY_MS),
    );
    const usual = dailyBaseline(days);
    if (usual === null)
      return { state: 'cannot_know', sample: calls, reason: { key: 'no-baseline', params: { spent } } };
    const value = spent / usual;
    return {
      state: 'measured',
      value,
      sample: calls,
      over: value > enter,
      still: value > leave,
      reason: { key: 'cost-spike', params: { value, limit: enter, spent, usual: Math.round(usual) } },
      windowMs: DAY_MS,
    };
  },
  series: (history, atMs) => byDay(history, atMs, (h, fromMs, toMs) => sumIn(h, 'cost', fromMs, toMs)),
};
