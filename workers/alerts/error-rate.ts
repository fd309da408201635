import type { AgentHistory } from './reading/history.ts';
import { countIn, endedIn, MINUTE_MS } from './reading/history.ts';
import { byFiveMinutes } from './reading/series.ts';
import { shareRule } from './reading/share.ts';

/** A bad fault shows in minutes, a slight one only over many runs; an agent that seldom runs needs a day to say anything. */
const WINDOWS_MS = [5, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * MINUTE_MS);

const failedIn = (history: AgentHistory, fromMs: number, toMs: number): number =>
  countIn(history, 'run.failed', fromMs, toMs);

/** Runs that broke, among those that ended and were not called off. An agent that refuses rightly has not failed. */
export const errorRate = shareRule({
  name: 'error-rate',
  worst: 'failed',
  windowsMs: WINDOWS_MS,
  hits: failedIn,
  of: endedIn,
  by: byFiveMinutes,
});
