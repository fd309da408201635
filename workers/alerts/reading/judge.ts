import type { Finding } from '../../../core/alerts/finding.ts';
import { ALERT_RULES, type Threshold } from '../../../core/alerts/thresholds.ts';
import { HOUR_MS, MINUTE_MS, type AgentHistory } from './history.ts';
import type { AlertRule, Reading } from './rule.ts';

/** What a rule said last about the same thing, where it was firing. */
export interface Before {
  readonly sinceMs: number | null;
}

const isOver = ({ reading }: { readonly reading: Reading }): boolean =>
  reading.state === 'measured' && reading.over;

/** What the rule reads, off all of a history or off what the versions in force did. */
function readingAt(
  rule: AlertRule,
  history: AgentHistory,
  threshold: Threshold,
  atMs: number,
): { readonly reading: Reading; readonly version: string | null } {
  const { inForce, version } = history;
  if (rule.ofThoseInForce && inForce !== undefined) {
    const reading = rule.read({ ...history, ...inForce }, threshold, atMs);
    if (reading.state === 'measured') return { reading, version: inForce.version };
  }
  return { reading: rule.read(history, threshold, atMs), version };
}

/** It has been so at every look of the last `forMinutes`. */
function heldFor(rule: AlertRule, history: AgentHistory, threshold: Threshold, atMs: number): boolean {
  for (let minutes = 1; minutes <= threshold.forMinutes; minutes += 1)
    if (!isOver(readingAt(rule, history, threshold, atMs - minutes * MINUTE_MS))) return false;
  return true;
}

const LOOKS_BACK_MS = 2 * HOUR_MS;

/** Since when it has been so without a break, to the minute, two hours back at most. */
function begunAt(rule: AlertRule, history: AgentHistory, threshold: Threshold, atMs: number): number {
  let sinceMs = atMs;
  while (
    sinceMs - MINUTE_MS >= atMs - LOOKS_BACK_MS &&
    isOver(readingAt(rule, history, threshold, sinceMs - MINUTE_MS))
  )
    sinceMs -= MINUTE_MS;
  return sinceMs;
}

/**
 * What a rule says at an instant. Hysteresis is here, for all rules alike: it fires beyond `enter`, when it was so for as
 * long as it has to be, and then goes on until `leave` says that it is over. Figures that run dry meanwhile end nothing:
 * the finding says `no_data`, and whoever keeps the incident leaves it open.
 */
export function judge(
  rule: AlertRule,
  history: AgentHistory,
  threshold: Threshold,
  at: { readonly atMs: number; readonly before: Before | null },
): Finding {
  const { atMs, before } = at;
  const { severity, unit } = ALERT_RULES[rule.name];
  const { reading, version } = readingAt(rule, history, threshold, atMs);
  const about = {
    ...{ rule: rule.name, agent: history.agent, version },
    ...{ fingerprint: `${rule.name}/${history.agent}`, severity, threshold: threshold.enter, unit },
    ...{ sample: reading.sample, reason: reading.reason, worstRuns: [] },
    clearMinutes: threshold.clearMinutes,
  };
  if (reading.state !== 'measured')
    return { ...about, state: reading.state, value: null, sinceMs: before?.sinceMs ?? null, series: [] };
  const firing =
    before === null ? reading.over && heldFor(rule, history, threshold, atMs) : reading.over || reading.still;
  const { value } = reading;
  if (!firing) return { ...about, state: 'clear', value, sinceMs: null, series: [] };
  const sinceMs = before?.sinceMs ?? begunAt(rule, history, threshold, atMs);
  return { ...about, state: 'firing', value, sinceMs, series: rule.series(history, atMs) };
}
