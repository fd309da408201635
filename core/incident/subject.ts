import { IncidentId } from '../ids.ts';

/** What a copy is about when it is not the incident's own card: one thing that happened, told under it. */
export interface IncidentEventSubject {
  readonly incident: IncidentId;
  readonly seq: number;
}

export const incidentEventSubject = ({ incident, seq }: IncidentEventSubject): string =>
  `${incident}/evt_${seq}`;

/** Null when the subject is nothing that happened to an incident. */
export function readIncidentEventSubject(subject: string): IncidentEventSubject | null {
  const [first, event = '', ...more] = subject.split('/');
  const incident = IncidentId.safeParse(first);
  const [, seq] = /^evt_(\d{1,9})$/.exec(event) ?? [];
  return incident.success && seq !== undefined && more.length === 0
    ? { incident: incident.data, seq: Number(seq) }
    : null;
}
