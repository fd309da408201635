import { choose, orderOf, type AtWork, type Crowd, type InLine } from '../../core/intake/choose.ts';
import { estimateMs, type Throughput } from '../../core/intake/estimate.ts';
import type { RunId, TenantId } from '../../core/ids.ts';
import type { LinePlace } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import { AT_WORK, IN_LINE, TERMS, termsOf, type TermsRow } from './admit.ts';

const WAITING = `SELECT r.tenant, r.requester AS person, r.agent, r.run, extract(epoch FROM r.rank_at)::float8 * 1000 AS "rankMs",
    t.stopped, coalesce(s.paused, false) AS paused, (extract(epoch FROM now()) * 1000)::bigint AS "nowMs"
  FROM runs r JOIN tenants t USING (tenant) LEFT JOIN agent_settings s ON s.tenant = r.tenant AND s.agent = r.agent
  WHERE ${IN_LINE}`;
const WORKING = `SELECT tenant, requester AS person, agent, count(*)::int AS working, array_agg(run) AS runs,
    (sum(extract(epoch FROM now() - working_since)) * 1000)::float8 AS "soFarMs"
  FROM runs WHERE ${AT_WORK} GROUP BY 1, 2, 3`;
const SERVED = `SELECT tenant, requester AS person, extract(epoch FROM max(admitted_at))::float8 * 1000 AS "atMs"
  FROM runs WHERE admitted_at IS NOT NULL AND requester = ANY($1) GROUP BY 1, 2`;
/** What is measured: the last two hundred that gave their place back within the hour. */
const LEFT = `SELECT count(*)::int AS left, coalesce(sum(worked_ms), 0)::float8 AS "leftWorkedMs" FROM (
    SELECT worked_ms FROM runs WHERE left_at > now() - interval '1 hour' ORDER BY left_at DESC LIMIT 200) l`;

type WaitingRow = InLine & { readonly stopped: boolean; readonly paused: boolean; readonly nowMs: number };
type WorkingRow = AtWork & { readonly soFarMs: number; readonly runs: readonly RunId[] };

async function measure(tx: TenantTx, working: readonly WorkingRow[]): Promise<Throughput> {
  const left = await tx.row<{ left: number; leftWorkedMs: number }>({ text: LEFT });
  return {
    working: working.reduce((sum, one) => sum + one.working, 0),
    left: left?.left ?? 0,
    leftWorkedMs: left?.leftWorkedMs ?? 0,
    soFarMs: working.reduce((sum, one) => sum + one.soFarMs, 0),
  };
}

interface Line {
  readonly waiting: readonly WaitingRow[];
  readonly working: readonly WorkingRow[];
  readonly served: Crowd['served'];
}

async function read(tx: TenantTx): Promise<Line> {
  const inLine = await tx.rows<WaitingRow>({ name: 'in_line', text: WAITING });
  if (inLine.length === 0) return { waiting: [], working: [], served: [] };
  const working = await tx.rows<WorkingRow>({ text: WORKING });
  // Admitted between the two looks: at work, and not waiting for the place that it has itself.
  const begun = new Set(working.flatMap(({ runs }) => runs));
  const waiting = inLine.filter(({ run }) => !begun.has(run));
  const people = [...new Set(waiting.map(({ person }) => person))];
  return { waiting, working, served: await tx.rows({ text: SERVED, values: [people] }) };
}

async function placesIn(tx: TenantTx, tenant: TenantId, line: Line): Promise<Map<RunId, LinePlace>> {
  const { waiting, working, served } = line;
  const throughput = await measure(tx, working);
  const moving = waiting.filter(({ stopped, paused }) => !stopped && !paused);
  const nowMs = waiting[0]?.nowMs ?? 0;
  const places = new Map<RunId, LinePlace>();
  for (const [i, { run }] of orderOf({ waiting: moving, working, served }, tenant).entries())
    places.set(run, { position: i + 1, etaMs: estimateMs(i + 1, throughput), held: null, nowMs });
  for (const { run, stopped, paused } of waiting)
    if (stopped || paused)
      places.set(run, { position: null, etaMs: null, held: stopped ? 'stop' : 'pause', nowMs });
  return places;
}

/**
 * Where each waiting run of the tenant stands in its company's line and about how long it still waits. The order is that
 * in which runs are admitted; what a paused agent or a stop holds has no position.
 */
export async function readLine(tx: TenantTx, tenant: TenantId): Promise<ReadonlyMap<RunId, LinePlace>> {
  const line = await read(tx);
  return line.waiting.length === 0 ? new Map() : placesIn(tx, tenant, line);
}

/**
 * The same for one run; null when it was admitted, or will be at the next look as far as its own company's limits go: how
 * full the deployment is, no tenant can see.
 */
export async function readStanding(tx: TenantTx, tenant: TenantId, run: RunId): Promise<LinePlace | null> {
  const line = await read(tx);
  if (!line.waiting.some((one) => one.run === run)) return null;
  const tenants = (await tx.rows<TermsRow>({ text: TERMS })).map(termsOf);
  const next = choose({ ...line, tenants, places: Infinity }, line.waiting.length);
  if (next.runs.some((one) => one.run === run)) return null;
  return (await placesIn(tx, tenant, line)).get(run) ?? null;
}
