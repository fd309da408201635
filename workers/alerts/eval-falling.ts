import { SCORES, type ScoreName, type Tally } from '../../core/metrics.ts';
import { DAY_MS, tallyIn, type AgentHistory } from './reading/history.ts';
import { tooFew, type AlertRule, type Reading } from './reading/rule.ts';
import { byDay } from './reading/series.ts';

const FALLS = 3;
const SPREAD = 0.12;
const SURE = 3;

const meanOf = ({ n, sum }: Tally): number => sum / n;

/** The last four whole days, the oldest first. */
const daysOf = (history: AgentHistory, name: ScoreName, endMs: number): Tally[] =>
  Array.from({ length: FALLS + 1 }, (_, i) => {
    const toMs = endMs - (FALLS - i) * DAY_MS;
    return tallyIn(history, `score.${name}`, toMs - DAY_MS, toMs);
  });

interface Fall {
  readonly name: ScoreName;
  /** From the first day to the last; negative where it rose. */
  readonly by: number;
  readonly from: number;
  readonly to: number;
  readonly everyDay: boolean;
  /** More than chance makes of so few scores. */
  readonly sure: boolean;
  readonly sample: number;
}

function fallOf(name: ScoreName, days: readonly Tally[], minSample: number): Fall | null {
  const [first] = days;
  const last = days.at(-1);
  if (!first || !last || days.some(({ n }) => n < minSample)) return null;
  const means = days.map(meanOf);
  const by = meanOf(first) - meanOf(last);
  return {
    ...{ name, by, from: meanOf(first), to: meanOf(last) },
    everyDay: means.every((mean, i) => i === 0 || mean < (means[i - 1] ?? 0)),
    sure: by > SURE * SPREAD * Math.sqrt(1 / first.n + 1 / last.n),
    sample: days.reduce((sum, { n }) => sum + n, 0),
  };
}

/** A score of the live runs that fell on each of three days, by more than chance. Whole UTC days, so it looks anew once a day. */
export const evalFalling: AlertRule = {
  name: 'eval-falling',
  worst: 'low_score',
  read(history, { enter, leave, minSample }, atMs): Reading {
    const endMs = Math.floor(atMs / DAY_MS) * DAY_MS;
    const falls = SCORES.flatMap((name) => fallOf(name, daysOf(history, name, endMs), minSample) ?? []);
    const isOver = ({ everyDay, sure, by }: Fall): boolean => everyDay && sure && by > enter;
    const worst = falls.sort((a, b) => Number(isOver(b)) - Number(isOver(a)) || b.by - a.by)[0];
    if (worst === undefined) {
      const most = Math.max(
        ...SCORES.map((name) => Math.min(...daysOf(history, name, endMs).map(({ n }) => n))),
      );
      return tooFew(most, minSample);
    }
    const { name, by, from, to, sample } = worst;
    return {
      state: 'measured',
      value: by,
      sample,
      over: isOver(worst),
      still: by > leave,
      reason: { key: 'eval-falling', params: { metric: name, from, to, value: by, limit: enter } },
      windowMs: FALLS * DAY_MS,
    };
  },
  series: (history, atMs) => {
    const name = SCORES.find((one) => tallyIn(history, `score.${one}`, 0, atMs).n > 0) ?? 'judge';
    return byDay(history, atMs, (h, fromMs, toMs) => {
      const tally = tallyIn(h, `score.${name}`, fromMs, toMs);
      return tally.n === 0 ? null : meanOf(tally);
    });
  },
};
