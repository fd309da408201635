import { countIn, HOUR_MS, type AgentHistory } from './reading/history.ts';
import { byDay } from './reading/series.ts';
import { shareRule } from './reading/share.ts';

const WINDOWS_MS = [1, 3, 6, 12, 24, 48, 96, 168].map((hours) => hours * HOUR_MS);

const overriddenIn = (history: AgentHistory, fromMs: number, toMs: number): number =>
  countIn(history, 'override.declined', fromMs, toMs) + countIn(history, 'override.edited', fromMs, toMs);

const decidedIn = (history: AgentHistory, fromMs: number, toMs: number): number =>
  countIn(history, 'decision', fromMs, toMs);

/** People declined or edited what the agent proposed: it proposes the wrong things. */
export const overrides = shareRule({
  name: 'overrides',
  worst: 'overridden',
  windowsMs: WINDOWS_MS,
  hits: overriddenIn,
  of: decidedIn,
  by: byDay,
});
