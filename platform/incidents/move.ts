import { SEVERITIES, type Finding } from '../../core/alerts/finding.ts';
import { advance, nextTimerMs } from '../../core/incident/advance.ts';
import { REOPENS_WITHIN_MS } from '../../core/incident/limits.ts';
import { isWorthAThread, openIncident } from '../../core/incident/open.ts';
import type { IncidentEvent, IncidentState } from '../../core/incident/types.ts';
import type { IncidentId, TenantId } from '../../core/ids.ts';
import type { Database, TenantTx } from '../database.ts';
import { newId } from '../ids.ts';
import { append, DB_NOW_MS, lockHead } from '../ledger/append.ts';
import type { IncidentClock, IncidentRecorded, PersonalEvent } from '../stores.ts';
import { present, type WhoIsOnCall } from './on-call.ts';
import { intendThread } from './plan-copies.ts';
import {
  actorOf,
  entryOf,
  insertEvents,
  insertIncident,
  keepQuietly,
  tellWorkflow,
  writeChange,
} from './write.ts';

export interface IncidentEdges {
  readonly db: Database;
  readonly wake: () => void;
  readonly whoIsOnCall: WhoIsOnCall;
}

interface Locked {
  readonly state: IncidentState;
  readonly lastSeq: number;
  readonly nowMs: number;
}

/** The clock is read after the wait for the row. */
const LOCK = `WITH i AS MATERIALIZED (SELECT state, last_seq FROM incidents WHERE incident = $1 FOR UPDATE)
  SELECT i.state, i.last_seq AS "lastSeq", ${DB_NOW_MS} AS "nowMs" FROM i`;

const lock = (tx: TenantTx, incident: IncidentId): Promise<Locked | null> =>
  tx.row<Locked>({ name: 'incident_lock', text: LOCK, values: [incident] });

const ladderOf = async ({ whoIsOnCall }: IncidentEdges, tx: TenantTx, nowMs: number) =>
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

/** The only writer of an incident that there is already: in a transaction it locks it, moves it and writes what follows. */
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
  const { state: before, nowMs, lastSeq } = locked;
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

const LATEST = `SELECT DISTINCT ON (fingerprint) fingerprint, state, ${DB_NOW_MS} AS "nowMs" FROM incidents
  WHERE fingerprint = ANY($1) ORDER BY fingerprint, (status <> 'resolved') DESC, opened_at DESC`;

interface Latest {
  readonly fingerprint: string;
  readonly state: IncidentState;
  readonly nowMs: number;
}

/** What was over long enough ago is another incident's past. */
const isPast = ({ state, nowMs }: Latest): boolean =>
  state.resolved !== null && nowMs - state.resolved.atMs > REOPENS_WITHIN_MS;

/** The incident of each fingerprint that a finding belongs to. */
export async function latest(
  tx: TenantTx,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, Latest>> {
  const rows = await tx.rows<Latest>({ name: 'incident_latest', text: LATEST, values: [fingerprints] });
  return new Map(rows.filter((one) => !isPast(one)).map((one) => [one.fingerprint, one]));
}

/** Null: there is one by now, which somebody else opened meanwhile. */
async function open(edges: IncidentEdges, tenant: TenantId, finding: Finding): Promise<IncidentState | null> {
  return edges.db.inTenant(tenant, async (tx) => {
    // Those who find it at the same time follow each other; the second finds it open.
    const nowMs = await lockHead(tx, tenant);
    if ((await latest(tx, [finding.fingerprint])).has(finding.fingerprint)) return null;
    const context = { nowMs, ladder: await ladderOf(edges, tx, nowMs) };
    const { state, happened } = openIncident(newId('inc'), finding, context);
    const seq = await append(tx, tenant, ...happened.map((one) => entryOf(state, one, null)));
    await insertIncident(tx, state, seq);
    await insertEvents(tx, state, happened, { actor: null, nowMs });
    await intendThread(tx, state);
    await tellWorkflow(tx, state);
    return state;
  });
}

/** Would this finding change anything at all; looked at without a lock, so that what is fine costs no transaction. */
const isNews = ({ state, nowMs }: Latest, finding: Finding): boolean => {
  const result = advance(state, { kind: 'observe', finding }, { nowMs, ladder: {} });
  return !result.ok || result.state !== state;
};

async function observeOne(
  edges: IncidentEdges,
  tenant: TenantId,
  finding: Finding,
  known?: Latest,
): Promise<void> {
  let there = known ?? null;
  if (there === null) {
    if (!isWorthAThread(finding)) return;
    if ((await open(edges, tenant, finding)) !== null) return edges.wake();
    there = await edges.db.inTenant(
      tenant,
      async (tx) => (await latest(tx, [finding.fingerprint])).get(finding.fingerprint) ?? null,
    );
  }
  if (there !== null && isNews(there, finding))
    await move(edges, tenant, there.state.id, { kind: 'observe', finding });
}

const isWorse = (a: Finding, than: Finding): boolean => {
  const rank = ({ state, severity }: Finding): number =>
    state === 'firing' ? SEVERITIES.indexOf(severity) : 9;
  return rank(a) <= rank(than);
};

/** One look says one thing about each: where it says several, the worst, and of equals the last. */
function oneEach(findings: readonly Finding[]): Finding[] {
  const chosen = new Map<string, Finding>();
  for (const finding of findings) {
    const other = chosen.get(finding.fingerprint);
    if (other === undefined || isWorse(finding, other)) chosen.set(finding.fingerprint, finding);
  }
  return [...chosen.values()];
}

/** Each finding stands for itself: one that fails keeps no other from being told, and is thrown in the end. */
export async function observe(
  edges: IncidentEdges,
  tenant: TenantId,
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  const each = oneEach(findings);
  const fingerprints = each.map(({ fingerprint }) => fingerprint);
  const known = await edges.db.inTenant(tenant, (tx) => latest(tx, fingerprints));
  const failures: unknown[] = [];
  for (const finding of each)
    await observeOne(edges, tenant, finding, known.get(finding.fingerprint)).catch((error: unknown) =>
      failures.push(error),
    );
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} findings were not recorded`);
}
