import { incidentEventSubject } from '../../core/incident/subject.ts';
import type { IncidentHappening, IncidentState, Happened } from '../../core/incident/types.ts';
import { PersonId, type IncidentId } from '../../core/ids.ts';
import { alertChannels, approvalChannels, directs, intend, threadsUnder } from '../copies/intend.ts';
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

/** Something happened: told under each card that hangs there already; one that comes later shows it itself. */
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
