import type { AlertRuleName, Threshold } from '../../../core/alerts/thresholds.ts';
import { surelyAbove, surelyBelow } from './certainty.ts';
import { MINUTE_MS, type AgentHistory } from './history.ts';
import { tooFew, type Reading } from './rule.ts';

type Count = (history: AgentHistory, fromMs: number, toMs: number) => number;

export interface ShareRule {
  readonly name: AlertRuleName;
  /** Ascending: the shortest that holds enough says how it is now. */
  readonly windowsMs: readonly number[];
  readonly hits: Count;
  readonly of: Count;
  readonly doubt?: number;
}

/**
 * A share of things that went wrong. It is over the limit when it is in any window, and surely above where it would count as
 * over again; it is back when the shortest window with enough in it says so, and surely is no part of what went wrong before.
 */
export function readShare(
  rule: ShareRule,
  history: AgentHistory,
  threshold: Threshold,
  atMs: number,
): Reading {
  const { enter, leave, minSample } = threshold;
  const windows = rule.windowsMs.map((windowMs) => {
    const [fromMs, toMs] = [atMs - windowMs, atMs];
    return { windowMs, hits: rule.hits(history, fromMs, toMs), of: rule.of(history, fromMs, toMs) };
  });
  const enough = windows.filter(({ of }) => of >= minSample);
  const [shortest] = enough;
  if (shortest === undefined) return tooFew(windows.at(-1)?.of ?? 0, minSample);
  const isOver = shortest.hits / shortest.of <= leave;
  const isPast = ({ hits, of }: typeof shortest): boolean =>
    isOver && surelyBelow(shortest.hits, shortest.of, hits / of, rule.doubt);
  const worst = enough.find(
    (one) => one.hits / one.of > enter && surelyAbove(one.hits, one.of, leave, rule.doubt) && !isPast(one),
  );
  const { windowMs, hits, of } = worst ?? shortest;
  return {
    state: 'measured',
    value: hits / of,
    sample: of,
    over: worst !== undefined,
    still: !isOver,
    reason: {
      key: rule.name,
      params: { hits, of, value: hits / of, limit: enter, minutes: Math.round(windowMs / MINUTE_MS) },
    },
    windowMs,
  };
}
