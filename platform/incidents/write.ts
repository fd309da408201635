import type { IncidentEvent, IncidentHappening, IncidentState } from '../../core/incident/types.ts';
import type { PersonId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { intendForwards } from '../forwards/intend.ts';
import { append, type LedgerEntry } from '../ledger/append.ts';
import { sendOut } from '../outbox/outbox-store.ts';
import { intendHappening } from './plan-copies.ts';

export const actorOf = (event: IncidentEvent): PersonId | null => ('by' in event ? event.by : null);

/** Everyone whose name the card may have to say. */
const involvedIn = ({ acknowledged, asked, silence, resolved }: IncidentState): PersonId[] => [
  ...new Set(
    [acknowledged?.by, asked.person, silence?.by, resolved?.by].filter(
      (one): one is PersonId => one !== null && one !== undefined,
    ),
  ),
];

/** The ledger's word for what happened, with what it was about. */
export const entryOf = (
  state: IncidentState,
  { what, detail }: IncidentHappening,
  actor: PersonId | null,
): LedgerEntry => ({
  kind: `incident.${what}`,
  subject: state.id,
  run: null,
  actor,
  body: {
    ...{ rule: state.rule, agent: state.agent, fingerprint: state.fingerprint },
    ...{ version: state.version, status: state.status, severity: state.severity, detail: { ...detail } },
    figures: {
      ...{ state: state.finding.state, value: state.finding.value, threshold: state.finding.threshold },
      ...{ unit: state.finding.unit, sample: state.finding.sample },
    },
  },
});

const NEW = `INSERT INTO incidents (tenant, incident, fingerprint, rule, agent, status, severity, version, state, involved,
    first_seq, last_seq, opened_at)
  VALUES (current_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, to_timestamp($11::float8 / 1000))`;

export const insertIncident = (tx: TenantTx, state: IncidentState, seq: number): Promise<unknown> =>
  tx.rows({
    text: NEW,
    values: [
      ...[state.id, state.fingerprint, state.rule, state.agent, state.status, state.severity, state.version],
      ...[JSON.stringify(state), involvedIn(state), seq, state.openedAtMs],
    ],
  });

/** Figures of another minute: kept, and nobody is told. */
export const keepQuietly = (tx: TenantTx, state: IncidentState): Promise<unknown> =>
  tx.rows({
    name: 'incident_quiet',
    text: 'UPDATE incidents SET state = $2 WHERE incident = $1',
    values: [state.id, JSON.stringify(state)],
  });

const MOVED = `UPDATE incidents SET status = $2, severity = $3, version = $4, state = $5, involved = $6,
    last_seq = greatest(last_seq, $7), resolved_at = to_timestamp($8::float8 / 1000)
  WHERE incident = $1`;

const OVER = `UPDATE incident_conditions SET over_at = to_timestamp($2::float8 / 1000)
  WHERE incident = $1 AND over_at IS NULL`;

const RETELL = `WITH told AS (UPDATE card_copies SET wanted_version = $2, updated_at = now()
    WHERE subject = $1 AND status <> 'failed' RETURNING copy, next_attempt_at)
  INSERT INTO outbox (tenant, topic, key, payload, due_at)
  SELECT current_tenant(), 'deliver', copy, jsonb_build_object('copy', copy), greatest(now(), next_attempt_at) FROM told`;

const EVENT = `INSERT INTO incident_events (tenant, incident, seq, at, kind, actor, detail)
  SELECT current_tenant(), $1, coalesce(max(seq), 0) + 1, to_timestamp($2::float8 / 1000), $3, $4, $5
  FROM incident_events WHERE incident = $1 RETURNING seq`;

/** One event of the store for each thing that happened; the incident's row is locked, so none is counted twice. */
export async function insertEvents(
  tx: TenantTx,
  state: IncidentState,
  happened: readonly IncidentHappening[],
  { actor, nowMs }: { readonly actor: PersonId | null; readonly nowMs: number },
): Promise<void> {
  for (const happening of happened) {
    const { what, detail } = happening;
    const row = await tx.row<{ seq: number }>({
      text: EVENT,
      values: [state.id, nowMs, what, actor, JSON.stringify(detail)],
    });
    if (!row) throw new Error('what happened to an incident was not kept');
    await intendHappening(tx, state, { seq: row.seq, happening });
    await intendForwards(tx, state, { seq: row.seq, atMs: nowMs, happening });
  }
}

export const tellWorkflow = (tx: TenantTx, { id: incident, version }: IncidentState): Promise<void> =>
  sendOut(tx, [
    { topic: 'signals', key: incident, payload: { kind: 'incident-changed', incident, version } },
  ]);

interface Change {
  readonly tenant: TenantId;
  readonly state: IncidentState;
  readonly happened: readonly IncidentHappening[];
  readonly actor: PersonId | null;
  readonly nowMs: number;
  /** False when the workflow's own timer did it, which goes on with what it is answered. */
  readonly tell: boolean;
}

/** All that a change writes, beside the row's lock that is held: ledger first, then the rest. Answers with its number. */
export async function writeChange(tx: TenantTx, change: Change): Promise<number> {
  const { tenant, state, happened, actor, nowMs, tell } = change;
  const entries = happened.map((one) => entryOf(state, one, actor));
  const first = entries.length === 0 ? 0 : await append(tx, tenant, ...entries);
  const lastSeq = first + Math.max(0, entries.length - 1);
  const resolvedAtMs = state.resolved?.atMs ?? null;
  await tx.rows({
    name: 'incident_moved',
    text: MOVED,
    values: [
      ...[state.id, state.status, state.severity, state.version, JSON.stringify(state), involvedIn(state)],
      ...[lastSeq, resolvedAtMs],
    ],
  });
  // What stayed clear for good is over, each of them; what a person called over may come back.
  if (state.finding.gathered !== undefined && state.resolved?.by === null)
    await tx.rows({ text: OVER, values: [state.id, nowMs] });
  await tx.rows({ name: 'incident_retell', text: RETELL, values: [state.id, state.version] });
  await insertEvents(tx, state, happened, { actor, nowMs });
  if (tell) await tellWorkflow(tx, state);
  return first;
}
