import { countIn, DAY_MS, endedIn, HOUR_MS, MINUTE_MS, tallyIn } from './reading/history.ts';
import { tooFew, type AlertRule } from './reading/rule.ts';
import { turnedWithin } from './reading/turned.ts';
import { byHour } from './reading/series.ts';

const WINDOWS_MS = [1, 2, 6, 12, 24, 72].map((hours) => hours * HOUR_MS);

/** How far single scores lie from their mean, as far as is usual. */
const SPREAD = 0.12;
const SURE = 2;

/** So many runs without a single score: nothing is sampled at all. At 5%, 90 runs go by so once in a hundred times. */
const SOME_WOULD_BE_SAMPLED = 90;

/** The mean faithfulness of the sampled runs. Without a judge it cannot be known, which is not the same as good. */
export const faithfulness: AlertRule = {
  name: 'faithfulness',
  worst: 'unfaithful',
  ofThoseInForce: true,
  read(history, { enter, leave, minSample }, atMs) {
    const windows = WINDOWS_MS.map((windowMs) => ({
      windowMs,
      ...tallyIn(history, 'score.faithfulness', atMs - windowMs, atMs),
    }));
    const enough = windows.filter(({ n }) => n >= minSample);
    const [shortest] = enough;
    if (shortest === undefined) {
      const scored = windows.at(-1)?.n ?? 0;
      const unscored = countIn(history, 'unscored.faithfulness', atMs - DAY_MS, atMs);
      const runs = endedIn(history, atMs - DAY_MS, atMs);
      if (unscored >= minSample || (scored === 0 && runs >= SOME_WOULD_BE_SAMPLED))
        return {
          state: 'cannot_know',
          sample: scored,
          reason: { key: 'not-scored', params: { runs, unscored } },
        };
      return tooFew(scored, minSample);
    }
    const now = shortest.sum / shortest.n;
    const isPast = (one: (typeof windows)[number]): boolean => {
      const half = tallyIn(history, 'score.faithfulness', atMs - one.windowMs / 2, atMs);
      if (half.n > 0 && half.sum / half.n >= leave) return true;
      return turnedWithin(windows, one.windowMs, (since, whole) => {
        const before = { n: whole.n - since.n, sum: whole.sum - since.sum };
        if (before.n === 0 || since.n === 0 || since.sum / since.n < enter) return false;
        const better = since.sum / since.n - before.sum / before.n;
        return better > SURE * SPREAD * Math.sqrt(1 / since.n + 1 / before.n);
      });
    };
    const worst = enough.find(
      (one) =>
        one.sum / one.n < enter &&
        one.sum / one.n + (SURE * SPREAD) / Math.sqrt(one.n) < leave &&
        !isPast(one),
    );
    const { windowMs, n, sum } = worst ?? shortest;
    const minutes = Math.round(windowMs / MINUTE_MS);
    return {
      state: 'measured',
      value: sum / n,
      sample: n,
      over: worst !== undefined,
      still: now < leave,
      reason: { key: 'faithfulness', params: { value: sum / n, limit: enter, runs: n, minutes } },
      windowMs,
    };
  },
  series: (history, atMs) =>
    byHour(history, atMs, (h, fromMs, toMs) => {
      const { n, sum } = tallyIn(h, 'score.faithfulness', fromMs, toMs);
      return n === 0 ? null : sum / n;
    }),
};
