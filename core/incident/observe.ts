import { SEVERITIES, type Finding, type Severity } from '../alerts/finding.ts';
import { hasGrown } from './gather.ts';
import { calls, firstAsked } from './ladder.ts';
import { LOOKED_WITHIN_MS, REDRAW_MS, staysClearMs, WORD_IS_TAKEN_MS } from './limits.ts';
import type { Advanced, IncidentContext, IncidentHappening, IncidentState } from './types.ts';

type Moved = Extract<Advanced, { ok: true }>;

const isWorse = (a: Severity, than: Severity): boolean => SEVERITIES.indexOf(a) < SEVERITIES.indexOf(than);

/** Nobody is told: what the rule says, and when it said so. Figures that people look at are redrawn now and then. */
function seen(state: IncidentState, finding: Finding, nowMs: number): Moved {
  const next = { ...state, finding, observedAtMs: nowMs };
  const isOther = finding.state !== state.finding.state;
  const isStale = state.status !== 'resolved' && nowMs - state.drawnAtMs >= REDRAW_MS;
  if (!isOther && !isStale) return { ok: true, state: next, happened: [], quiet: true };
  return {
    ok: true,
    state: { ...next, version: state.version + 1, drawnAtMs: nowMs },
    happened: [],
    quiet: false,
  };
}

const unmoved = (state: IncidentState): Moved => ({ ok: true, state, happened: [], quiet: true });

const told = (state: IncidentState, nowMs: number, ...happened: IncidentHappening[]): Moved => ({
  ok: true,
  state: { ...state, version: state.version + 1, drawnAtMs: nowMs },
  happened,
  quiet: false,
});

/** It is wrong again after it was over: asked for anew, from the first rung, unless somebody wanted silence until later. */
function reopened(state: IncidentState, finding: Finding, { nowMs, ladder }: IncidentContext): Moved {
  const asked = firstAsked(ladder, nowMs);
  const reopenings = state.reopenings + 1;
  const silence = state.silence !== null && state.silence.untilMs > nowMs ? state.silence : null;
  const { severity } = finding;
  const next: IncidentState = {
    ...{ ...state, finding, severity, asked, reopenings, silence, status: 'open', observedAtMs: nowMs },
    ...{ sinceMs: Math.min(finding.sinceMs ?? nowMs, nowMs), clearSinceMs: null },
    ...{ acknowledged: null, resolved: null },
  };
  return told(next, nowMs, { what: 'reopened', detail: { severity, reopenings, ...calls(asked) } });
}

/** A person said that it is over: taken, until it was over and came back, or for an hour. */
function afterResolved(state: IncidentState, finding: Finding, context: IncidentContext): Moved {
  const { resolved } = state;
  const { nowMs } = context;
  if (resolved === null) throw new Error('it is not resolved');
  if (finding.state === 'firing') {
    const isOld = nowMs - resolved.atMs >= WORD_IS_TAKEN_MS;
    if (finding.severity !== 'p2' && (resolved.armed || isOld)) return reopened(state, finding, context);
    return unmoved(state);
  }
  if (resolved.armed || finding.state !== 'clear') return unmoved(state);
  return unmoved({ ...state, resolved: { ...resolved, armed: true } });
}

/** Worse than it was: whoever acknowledged the lesser thing has not acknowledged this one, and silence was not meant for it. */
function risen(state: IncidentState, finding: Finding, { nowMs, ladder }: IncidentContext): Moved {
  const asked = firstAsked(ladder, nowMs);
  const { severity } = finding;
  const next: IncidentState = {
    ...{ ...state, finding, severity, asked, status: 'open', observedAtMs: nowMs },
    ...{ acknowledged: null, silence: null, clearSinceMs: null },
  };
  return told(next, nowMs, { what: 'rose', detail: { from: state.severity, severity, ...calls(asked) } });
}

/** Many more than people were told of: asked for anew, unless somebody wanted silence. */
function grown(state: IncidentState, finding: Finding, { nowMs, ladder }: IncidentContext): Moved {
  const { gathered } = finding;
  if (gathered === undefined) throw new Error('it gathers nothing');
  const asked = state.silence === null ? firstAsked(ladder, nowMs) : state.asked;
  const { firing, told: before } = gathered;
  const next: IncidentState = {
    ...{ ...state, asked, status: 'open', acknowledged: null, clearSinceMs: null, observedAtMs: nowMs },
    finding: { ...finding, gathered: { ...gathered, told: firing } },
  };
  const called = state.silence === null ? calls(asked) : {};
  return told(next, nowMs, { what: 'grew', detail: { from: before, firing, ...called } });
}

/** Clear for long enough, with somebody looking until the end of it. */
export function stayedClear(state: IncidentState, nowMs: number): boolean {
  const { clearSinceMs, observedAtMs } = state;
  const longMs = staysClearMs(state.finding);
  if (clearSinceMs === null || nowMs - clearSinceMs < longMs) return false;
  // However short it is: one look does not say that anything stayed so.
  return observedAtMs > clearSinceMs && observedAtMs >= clearSinceMs + longMs - LOOKED_WITHIN_MS;
}

/** Over by itself. */
export function resolvedByItself(state: IncidentState, nowMs: number): Moved {
  const resolved = { by: null, atMs: nowMs, armed: true } as const;
  return told({ ...state, status: 'resolved', resolved, silence: silenceLeft(state, nowMs) }, nowMs, {
    what: 'stayed-clear',
    detail: { minutes: Math.round((nowMs - state.sinceMs) / 60_000) },
  });
}

/** Silence outlives the end, so that what comes back meanwhile wakes nobody; one that has passed does not. */
export const silenceLeft = ({ silence }: IncidentState, nowMs: number): IncidentState['silence'] =>
  silence !== null && silence.untilMs > nowMs ? silence : null;

/**
 * Runs and figures are named by a rule while it fires; afterwards those of then go on being shown. It stays about the version
 * that it was about, whichever plays by then, until it opens again.
 */
const withFigures = (finding: Finding, { finding: before, status }: IncidentState): Finding => ({
  ...finding,
  worstRuns: finding.worstRuns.length > 0 ? finding.worstRuns : before.worstRuns,
  series: finding.series.length > 0 ? finding.series : before.series,
  version: (status === 'resolved' ? finding.version : null) ?? before.version ?? finding.version,
});

/** A rule looked, by the clock of the store. No data is not clear: nobody knows then that it is over. */
export function onObserve(state: IncidentState, seenNow: Finding, context: IncidentContext): Moved {
  const { nowMs } = context;
  const finding = withFigures(seenNow, state);
  if (state.status === 'resolved') return afterResolved(state, finding, context);
  if (finding.state === 'firing' && isWorse(finding.severity, state.severity))
    return risen(state, finding, context);
  if (hasGrown(finding)) return grown(state, finding, context);
  const at = { ...state, finding, observedAtMs: nowMs };
  if (finding.state === 'clear') {
    if (state.clearSinceMs === null)
      return told({ ...at, clearSinceMs: nowMs }, nowMs, { what: 'cleared', detail: {} });
    return stayedClear(at, nowMs) ? resolvedByItself(at, nowMs) : seen(state, finding, nowMs);
  }
  if (state.clearSinceMs === null) return seen(state, finding, nowMs);
  return told({ ...at, clearSinceMs: null }, nowMs, { what: 'returned', detail: { state: finding.state } });
}
