import { TOLD_AFTER_TRIES } from '../../core/forward/tries.ts';
import { UNTAKEN, type ForwardKind, type Untaken } from '../../core/forward/kinds.ts';
import type {
  IncidentEventView,
  IncidentView,
  NotForwarded,
  NoteView,
  WorstRun,
} from '../../core/incident/views.ts';
import { goneIn } from '../../core/incident/ladder.ts';
import type { Happened, HappenedDetail, IncidentState } from '../../core/incident/types.ts';
import { IncidentId, PersonId, type RunId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { namedPeople } from '../named-people.ts';
import type { MessagesAt } from '../stores.ts';
import { changesBefore } from './changes.ts';
import { worstOf } from './worst.ts';

/** As many as a card shows. */
const NOTES = 3;
/** As many as are run again at once. */
export const FAILED_AT_MOST = 20;

interface Row {
  readonly state: IncidentState;
  readonly involved: PersonId[];
  readonly first: number;
  readonly last: number;
  readonly paused: boolean;
  readonly previousVersion: string | null;
}

const ROW = `SELECT i.state, i.involved, i.first_seq AS first, i.last_seq AS last, coalesce(s.paused, false) AS paused,
    (SELECT CASE WHEN v.next IS NULL THEN v.previous ELSE v.active END FROM agent_versions v WHERE v.tenant = i.tenant AND v.agent = i.agent AND v.environment = 'production'
      ORDER BY v.revision DESC LIMIT 1) AS "previousVersion"
  FROM incidents i LEFT JOIN agent_settings s ON s.tenant = i.tenant AND s.agent = i.agent WHERE i.incident = $1`;

const RUNS = `SELECT run, input_label AS "inputLabel", status FROM runs WHERE run = ANY($1)
  ORDER BY array_position($1, run)`;

const NOTED = `SELECT actor AS by, (extract(epoch FROM at) * 1000)::bigint AS "atMs", detail ->> 'text' AS text
  FROM incident_events WHERE incident = $1 AND kind = 'noted' ORDER BY seq DESC LIMIT ${NOTES}`;

/** Production runs only: what failed in the sandbox is for its engineer. */
const FAILED = `SELECT r.run FROM runs r WHERE r.agent = $1 AND r.status = 'failed' AND r.environment = 'production'
    AND r.finished_at >= to_timestamp($2::float8 / 1000)
    AND NOT EXISTS (SELECT 1 FROM runs a WHERE a.tenant = r.tenant AND a.replay_of = r.run)
  ORDER BY r.finished_at LIMIT ${FAILED_AT_MOST}`;

/** Where it has not arrived, each target's newest trouble. `why`: a word of ours and its code. */
const NOT_FORWARDED = `SELECT DISTINCT ON (f.target) t.kind AS to, f.why, f.tries, f.status = 'dead' AS final
  FROM incident_forwards f JOIN forward_targets t USING (tenant, target)
  WHERE f.incident = $1 AND (f.status = 'dead' OR (f.status = 'waiting' AND f.why IS NOT NULL
    AND (f.tries >= ${TOLD_AFTER_TRIES} OR f.settled_at IS NOT NULL)))
  ORDER BY f.target, f.seq DESC`;

interface NotForwardedRow {
  readonly to: ForwardKind;
  readonly why: string | null;
  readonly tries: number;
  readonly final: boolean;
}

function toNotForwarded({ to, why, tries, final }: NotForwardedRow): NotForwarded {
  const [word = '', code = ''] = (why ?? '').split(' ');
  const known = UNTAKEN.find((one) => one === word) ?? ('broken' satisfies Untaken);
  return { to, why: known, code, tries, final };
}

async function failedSince(tx: TenantTx, { agent, sinceMs }: IncidentState): Promise<RunId[]> {
  if (agent === null) return [];
  const rows = await tx.rows<{ run: RunId }>({ text: FAILED, values: [agent, sinceMs] });
  return rows.map(({ run }) => run);
}

/** Everything that an incident's card is made of. */
export async function viewIncident(tx: TenantTx, incident: IncidentId): Promise<IncidentView | null> {
  const row = await tx.row<Row>({ name: 'incident_view', text: ROW, values: [incident] });
  if (!row) return null;
  const { state, involved, first, last, paused, previousVersion } = row;
  const worstRuns = await tx.rows<WorstRun>({ text: RUNS, values: [state.finding.worstRuns] });
  const notes = await tx.rows<NoteView>({ text: NOTED, values: [incident] });
  const untaken = await tx.rows<NotForwardedRow>({ text: NOT_FORWARDED, values: [incident] });
  const worst = state.finding.gathered === undefined ? [] : await worstOf(tx, incident);
  return {
    ...{ state, worstRuns, notes, paused, worst, previousVersion, ledger: { first, last } },
    changes: await changesBefore(tx, state),
    failedRuns: await failedSince(tx, state),
    notForwarded: untaken.map(toNotForwarded),
    people: await namedPeople(tx, [
      ...involved,
      ...(state.asked.insteadOf ?? []),
      ...notes.map(({ by }) => by),
    ]),
  };
}

interface EventRow {
  readonly state: IncidentState;
  readonly involved: PersonId[];
  readonly atMs: number;
  readonly what: Happened;
  readonly by: PersonId | null;
  readonly detail: HappenedDetail;
}

const EVENT = `SELECT i.state, i.involved, (extract(epoch FROM e.at) * 1000)::bigint AS "atMs", e.kind AS what, e.actor AS by, e.detail
  FROM incident_events e JOIN incidents i USING (tenant, incident) WHERE e.incident = $1 AND e.seq = $2`;

export async function viewEvent(
  tx: TenantTx,
  incident: IncidentId,
  seq: number,
): Promise<IncidentEventView | null> {
  const row = await tx.row<EventRow>({ text: EVENT, values: [incident, seq] });
  if (!row) return null;
  const { state, involved, ...event } = row;
  const asked = PersonId.safeParse(event.detail['person']).data;
  const gone = goneIn(event.detail);
  const named = [...involved, ...(event.by === null ? [] : [event.by]), ...(asked ? [asked] : []), ...gone];
  return { incident: state, seq, ...event, people: await namedPeople(tx, named) };
}

const OPEN = `SELECT state FROM incidents WHERE status <> 'resolved' ORDER BY severity, opened_at DESC LIMIT 100`;

export const openIncidents = async (tx: TenantTx): Promise<IncidentState[]> =>
  (await tx.rows<{ state: IncidentState }>({ text: OPEN })).map(({ state }) => state);

/** The message itself first, then what hangs in its thread. */
const ABOUT = `SELECT split_part(subject, '/', 1) AS incident FROM card_copies
  WHERE platform = $1 AND workspace = $2 AND conversation = ANY($3) AND subject LIKE 'inc\\_%'
    AND (message = ANY($4) OR thread = ANY($4))
  ORDER BY coalesce(array_position($4, message), 99), updated_at DESC LIMIT 1`;

export async function aboutIncident(tx: TenantTx, at: MessagesAt): Promise<IncidentId | null> {
  const row = await tx.row<{ incident: string }>({
    text: ABOUT,
    values: [at.platform, at.workspace, at.conversations, at.messages],
  });
  return IncidentId.safeParse(row?.incident).data ?? null;
}
