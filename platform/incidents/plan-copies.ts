import { incidentEventSubject } from '../../core/incident/subject.ts';
import type { IncidentHappening, IncidentState, Happened } from '../../core/incident/types.ts';
import { PersonId, type IncidentId } from '../../core/ids.ts';
import {
  alertChannels,
  approvalChannels,
  directs,
  intend,
  threadsUnder,
  type Place,
} from '../copies/intend.ts';
import type { TenantTx } from '../database.ts';

/** What is a message of its own in the thread, since an edited card notifies nobody. What comes and goes is not. */
const TOLD: ReadonlySet<Happened> = new Set([
  'rose',
  'reopened',
  'acknowledged',
  'escalated',
  'silenced',
  'silence-ended',
  'noted',
  'resolved',
  'stayed-clear',
  'grew',
  'not-forwarded',
  'forwarded',
]);

const itself = ({ id: subject, version }: IncidentState) => ({ subject, version });

/** Who is to look at it now by what happened, if anybody. */
const askedBy = ({ detail }: IncidentHappening): PersonId | null =>
  PersonId.safeParse(detail['person']).data ?? null;

/** One thread in each chat's channel, and the card itself for whoever is asked first. */
export async function intendThread(tx: TenantTx, state: IncidentState): Promise<void> {
  const { person } = state.asked;
  const inDirects = person === null ? [] : await directs(tx, [person]);
  await intend(tx, itself(state), [...(await alertChannels(tx)), ...inDirects]);
}

/** Something happened: told under each card that hangs there already; where none does yet, once it does (`intendEarlier`). */
export async function intendHappening(
  tx: TenantTx,
  state: IncidentState,
  { seq, happening }: { readonly seq: number; readonly happening: IncidentHappening },
): Promise<void> {
  if (!TOLD.has(happening.what)) return;
  const subject = incidentEventSubject({ incident: state.id, seq });
  const places = await threadsUnder(tx, state.id);
  const person = askedBy(happening);
  if (person !== null) {
    const inDirects = await directs(tx, [person]);
    // Who gets the card just now needs no message about it; who has it already would not notice that it changed.
    if ((await intend(tx, itself(state), inDirects)) === 0) places.push(...inDirects);
  }
  await intend(tx, { subject, version: 1 }, places);
}

/** What happened before this chat had the card, and is told in no thread of it yet. */
const EARLIER = `SELECT e.seq FROM incident_events e
  WHERE e.incident = $1 AND e.kind = ANY($2) AND NOT EXISTS (SELECT 1 FROM card_copies c WHERE c.tenant = e.tenant
    AND c.subject = $1 || '/evt_' || e.seq AND c.platform = $3 AND c.workspace = $4 AND c.conversation = $5)
  ORDER BY e.seq`;

/**
 * A card now hangs in a channel: what nobody could tell under it until then is told there, in the order in which it
 * happened. Says how much that is.
 */
export async function intendEarlier(
  tx: TenantTx,
  incident: IncidentId,
  { platform, workspace, conversation, thread }: Required<Omit<Place, 'person'>>,
): Promise<number> {
  const place: Place = { platform, workspace, conversation, thread, person: null };
  // Locked before it is read: a statement sees nothing that was committed while it waited.
  await tx.rows({ text: 'SELECT 1 FROM incidents WHERE incident = $1 FOR SHARE', values: [incident] });
  const rows = await tx.rows<{ seq: number }>({
    name: 'incident_earlier',
    text: EARLIER,
    values: [incident, [...TOLD], platform, workspace, conversation],
  });
  for (const { seq } of rows)
    await intend(tx, { subject: incidentEventSubject({ incident, seq }), version: 1 }, [place]);
  return rows.length;
}

/** The channel that it hung in is closed to us: the one for requests of the same workspace takes it, while it is not over. */
export async function intendIncidentElsewhere(
  tx: TenantTx,
  incident: IncidentId,
  closed: { readonly platform: string; readonly workspace: string; readonly conversation: string },
): Promise<void> {
  const row = await tx.row<{ version: number }>({
    text: `SELECT version FROM incidents WHERE incident = $1 AND status <> 'resolved'`,
    values: [incident],
  });
  if (row === null) return;
  const others = (await approvalChannels(tx)).filter(
    ({ platform, workspace, conversation }) =>
      platform === closed.platform && workspace === closed.workspace && conversation !== closed.conversation,
  );
  await intend(tx, { subject: incident, version: row.version }, others);
}
