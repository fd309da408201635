import { countIn, DAY_MS, sumIn } from './reading/history.ts';
import { tooFew, type AlertRule } from './reading/rule.ts';
import { byDay } from './reading/series.ts';

const WEEK_MS = 7 * DAY_MS;

/** Two weeks of calls differ by chance; a call costs about as much as its neighbour, give or take as much again. */
const doubtOf = (ratio: number, calls: number, before: number): number =>
  ratio * Math.sqrt(2 / calls + 2 / before);

/** What the last seven days cost, against the seven before. */
export const costWeek: AlertRule = {
  name: 'cost-week',
  worst: 'costly',
  read(history, { enter, leave, minSample }, atMs) {
    const fromMs = atMs - WEEK_MS;
    const calls = countIn(history, 'cost', fromMs, atMs);
    const spent = sumIn(history, 'cost', fromMs, atMs);
    if (calls < minSample) return tooFew(calls, minSample);
    const callsBefore = countIn(history, 'cost', fromMs - WEEK_MS, fromMs);
    const before = sumIn(history, 'cost', fromMs - WEEK_MS, fromMs);
    if (callsBefore < minSample || before === 0)
      return { state: 'cannot_know', sample: calls, reason: { key: 'no-baseline', params: { spent } } };
    const value = spent / before;
    return {
      state: 'measured',
      value,
      sample: calls,
      over: value > enter && value - 2 * doubtOf(value, calls, callsBefore) > Math.min(1, leave),
      still: value > leave,
      reason: { key: 'cost-week', params: { value, limit: enter, spent, before } },
      windowMs: WEEK_MS,
    };
  },
  series: (history, atMs) => byDay(history, atMs, (h, fromMs, toMs) => sumIn(h, 'cost', fromMs, toMs)),
};
