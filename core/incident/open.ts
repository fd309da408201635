import type { Finding } from '../alerts/finding.ts';
import type { IncidentId } from '../ids.ts';
import { calls, firstAsked } from './ladder.ts';
import type { IncidentContext, IncidentHappening, IncidentState } from './types.ts';

/** What is told in the daily digest opens no thread and wakes nobody. */
export const isWorthAThread = ({ state, severity }: Finding): boolean =>
  state === 'firing' && severity !== 'p2';

/** A rule said for the first time that something is wrong. */
export function openIncident(
  id: IncidentId,
  finding: Finding,
  { nowMs, ladder }: IncidentContext,
): { readonly state: IncidentState; readonly happened: readonly IncidentHappening[] } {
  const asked = firstAsked(ladder, nowMs);
  const { fingerprint, rule, agent, severity } = finding;
  const state: IncidentState = {
    ...{ id, fingerprint, rule, agent, severity, finding, asked },
    ...{ version: 1, status: 'open', reopenings: 0 },
    ...{ observedAtMs: nowMs, drawnAtMs: nowMs, openedAtMs: nowMs },
    sinceMs: Math.min(finding.sinceMs ?? nowMs, nowMs),
    ...{ acknowledged: null, silence: null, clearSinceMs: null, resolved: null },
  };
  const detail = { severity, ...calls(asked) };
  return { state, happened: [{ what: 'opened', detail }] };
}
