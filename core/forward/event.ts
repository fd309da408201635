import type { FindingReason, FindingState, FindingUnit, Severity } from '../alerts/finding.ts';
import type { Happened, IncidentHappening, IncidentState, IncidentStatus } from '../incident/types.ts';
import type { IncidentId } from '../ids.ts';
import type { ForwardKind } from './kinds.ts';

/**
 * One thing that happened to an incident, as it leaves the house: figures, our own words and ids. Nobody's name, nobody's id,
 * nothing that a person typed, no run.
 */
export interface ForwardedEvent {
  readonly what: Happened;
  readonly incident: IncidentId;
  /** Counts what happened to this incident, from 1. */
  readonly seq: number;
  readonly atMs: number;
  readonly rule: string;
  readonly agent: string | null;
  readonly agentVersion: string | null;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  readonly openedAtMs: number;
  readonly sinceMs: number;
  readonly reopenings: number;
  readonly figures: {
    readonly state: FindingState;
    readonly value: number | null;
    readonly threshold: number;
    readonly unit: FindingUnit;
    readonly sample: number;
  };
  readonly reason: FindingReason;
}

/** What PagerDuty has a word for. It looks after who is woken next itself. */
const PAGERDUTY: ReadonlySet<Happened> = new Set([
  'opened',
  'rose',
  'reopened',
  'acknowledged',
  'resolved',
  'stayed-clear',
]);

/** What is about forwarding itself goes nowhere, or one failure would bring the next. */
const OUR_OWN: ReadonlySet<Happened> = new Set(['not-forwarded', 'forwarded']);

/** Is a target of this kind told of it. */
export const isForwarded = (kind: ForwardKind, what: Happened): boolean =>
  !OUR_OWN.has(what) && (kind === 'webhook' || PAGERDUTY.has(what));

/** What a target is told; the actor, whoever is asked and the words of a note stay here. */
export function forwardedEvent(
  state: IncidentState,
  { what }: IncidentHappening,
  { seq, atMs }: { readonly seq: number; readonly atMs: number },
): ForwardedEvent {
  const { finding } = state;
  return {
    ...{ what, incident: state.id, seq, atMs, rule: state.rule, agent: state.agent },
    ...{ agentVersion: finding.version, severity: state.severity, status: state.status },
    ...{ openedAtMs: state.openedAtMs, sinceMs: state.sinceMs, reopenings: state.reopenings },
    figures: {
      ...{ state: finding.state, value: finding.value, threshold: finding.threshold },
      ...{ unit: finding.unit, sample: finding.sample },
    },
    reason: finding.reason,
  };
}
