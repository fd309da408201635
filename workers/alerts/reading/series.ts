import type { SeriesPoint } from '../../../core/alerts/finding.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type AgentHistory } from './history.ts';

type Value = (history: AgentHistory, fromMs: number, toMs: number) => number | null;

function points(
  history: AgentHistory,
  atMs: number,
  span: { step: number; count: number },
  value: Value,
): SeriesPoint[] {
  const { step, count } = span;
  return Array.from({ length: count }, (_, i) => {
    const toMs = atMs - (count - 1 - i) * step;
    return { atMs: toMs, value: value(history, toMs - step, toMs) };
  });
}

/** The last two hours in steps of five minutes. */
export const byFiveMinutes = (history: AgentHistory, atMs: number, value: Value): SeriesPoint[] =>
  points(history, atMs, { step: 5 * MINUTE_MS, count: 24 }, value);

/** The last day, hour by hour. */
export const byHour = (history: AgentHistory, atMs: number, value: Value): SeriesPoint[] =>
  points(history, atMs, { step: HOUR_MS, count: 24 }, value);

/** The last two weeks, day by day. */
export const byDay = (history: AgentHistory, atMs: number, value: Value): SeriesPoint[] =>
  points(history, atMs, { step: DAY_MS, count: 14 }, value);
