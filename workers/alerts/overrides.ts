import { countIn, HOUR_MS, type AgentHistory } from './reading/history.ts';
import type { AlertRule } from './reading/rule.ts';
import { byDay } from './reading/series.ts';
import { readShare } from './reading/share.ts';

const WINDOWS_MS = [1, 3, 6, 12, 24, 48, 96, 168].map((hours) => hours * HOUR_MS);

const overriddenIn = (history: AgentHistory, fromMs: number, toMs: number): number =>
  countIn(history, 'override.declined', fromMs, toMs) + countIn(history, 'override.edited', fromMs, toMs);

const decidedIn = (history: AgentHistory, fromMs: number, toMs: number): number =>
  countIn(history, 'decision', fromMs, toMs);

/** People declined or edited what the agent proposed: it proposes the wrong things. */
export const overrides: AlertRule = {
  name: 'overrides',
  worst: 'overridden',
  read: (history, threshold, atMs) =>
    readShare(
      { name: 'overrides', windowsMs: WINDOWS_MS, hits: overriddenIn, of: decidedIn },
      history,
      threshold,
      atMs,
    ),
  series: (history, atMs) =>
    byDay(history, atMs, (h, fromMs, toMs) => {
      const decided = decidedIn(h, fromMs, toMs);
      return decided === 0 ? null : overriddenIn(h, fromMs, toMs) / decided;
    }),
};
