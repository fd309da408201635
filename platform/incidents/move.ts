import { advance, nextTimerMs } from '../../core/incident/advance.ts';
import type { IncidentEvent, IncidentState } from '../../core/incident/types.ts';
import type { IncidentId, TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { append, DB_NOW_MS } from '../ledger/append.ts';
import type { IncidentClock, IncidentRecorded, PersonalEvent } from '../stores.ts';
import { present, type WhoIsOnCall } from './on-call.ts';
import { actorOf, keepQuietly, writeChange } from './write.ts';

export interface IncidentEdges {
  readonly db: Database;
  readonly wake: () => void;
  readonly whoIsOnCall: WhoIsOnCall;
}

export interface Locked {
  readonly state: IncidentState;
  readonly lastSeq: number;
  readonly nowMs: number;
}

/** The clock is read after the wait for the row. */
const LOCK = `WITH i AS MATERIALIZED (SELECT state, last_seq FROM incidents WHERE incident = $1 FOR UPDATE)
  SELECT i.state, i.last_seq AS "lastSeq", ${DB_NOW_MS} AS "nowMs" FROM i`;

export const lock = (tx: TenantTx, incident: IncidentId): Promise<Locked | null> =>
  tx.row<Locked>({ name: 'incident_lock', text: LOCK, values: [incident] });

export const ladderOf = async ({ whoIsOnCall }: IncidentEdges, tx: TenantTx, nowMs: number) =>
  present(tx, await whoIsOnCall(tx, nowMs));

type Moved = IncidentRecorded & { readonly state?: IncidentState; readonly nowMs: number };

/** A person's refusal is recorded; rules and the clock are never refused. */
async function refuse(
  tx: TenantTx,
  tenant: TenantId,
  incident: IncidentId,
  event: IncidentEvent,
  refused: Extract<IncidentRecorded, { ok: false }>,
): Promise<IncidentRecorded> {
  const { reason, why, detail } = refused;
  await append(tx, tenant, {
    ...{ kind: 'refused', subject: incident, run: null, actor: actorOf(event) },
    body: { verb: event.kind, reason, detail: { ...detail, ...(why ? { why } : {}) } },
  });
  return refused;
}

/** The only writer of an incident that there is already and is locked: moves it and writes what follows. */
export async function moveLocked(
  edges: IncidentEdges,
  tx: TenantTx,
  tenant: TenantId,
  { state: before, nowMs, lastSeq }: Locked,
  event: IncidentEvent,
): Promise<Moved> {
  const incident = before.id;
  const result = advance(before, event, { nowMs, ladder: await ladderOf(edges, tx, nowMs) });
  if (!result.ok) {
    const { why, detail } = result;
    const reason =
      why.startsWith('incident-') || why === 'nobody-further' ? 'wrong_state' : 'arguments_refused';
    return { ...(await refuse(tx, tenant, incident, event, { ok: false, reason, why, detail })), nowMs };
  }
  const { state, happened, quiet } = result;
  if (quiet) {
    if (state !== before) await keepQuietly(tx, state);
    return { ok: true, state, happened, ledgerSeq: lastSeq, nowMs };
  }
  const tell = event.kind !== 'timer';
  const ledgerSeq = await writeChange(tx, { tenant, state, happened, actor: actorOf(event), nowMs, tell });
  return { ok: true, state, happened, ledgerSeq, nowMs };
}

/** Locks it first. */
export async function moveIn(
  edges: IncidentEdges,
  tx: TenantTx,
  tenant: TenantId,
  incident: IncidentId,
  event: IncidentEvent,
): Promise<Moved> {
  const locked = await lock(tx, incident);
  if (!locked) {
    const none = { ok: false, reason: 'not_found', detail: {} } as const;
    return { ...(await refuse(tx, tenant, incident, event, none)), nowMs: 0 };
  }
  return moveLocked(edges, tx, tenant, locked, event);
}

/** The same, in a transaction of its own. */
export async function move(
  edges: IncidentEdges,
  tenant: TenantId,
  incident: IncidentId,
  event: IncidentEvent,
): Promise<Moved> {
  const moved = await edges.db.inTenant(tenant, (tx) => moveIn(edges, tx, tenant, incident, event));
  edges.wake();
  return moved;
}

export const act = (
  edges: IncidentEdges,
  tenant: TenantId,
  incident: IncidentId,
  event: PersonalEvent,
): Promise<IncidentRecorded> => move(edges, tenant, incident, event);

/** Timers first, by the database's clock; then when to look again. */
export async function tick(
  edges: IncidentEdges,
  tenant: TenantId,
  incident: IncidentId,
): Promise<IncidentClock | null> {
  const moved = await move(edges, tenant, incident, { kind: 'timer' });
  if (!moved.ok) return null;
  const { state, nowMs } = moved;
  const dueMs = nextTimerMs(state, nowMs);
  return {
    version: state.version,
    over: state.status === 'resolved',
    nextTimerInMs: dueMs === null ? null : Math.max(0, dueMs - nowMs),
  };
}
