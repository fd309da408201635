import type { ApprovalState } from '../../core/approval/types.ts';
import type { PersonId, RunId, TenantId } from '../../core/ids.ts';
import { OWN } from '../../core/own-actions.ts';
import { tallyOf } from '../../core/sentences.ts';
import type { CostsView, NamedPerson, RunView, StepView } from '../../core/views.ts';
import type { TenantTx } from '../database.ts';
import { feedbackOn } from '../feedback/feedback.ts';
import { DB_NOW_MS } from '../ledger/append.ts';
import { namedPeople, nameless } from '../named-people.ts';
import type { Payloads } from '../payloads.ts';
import { ratingsOf } from './ratings.ts';
import { viewReplay, type ReplayColumns } from './replay-view.ts';

interface Row extends Omit<
  RunView,
  'requester' | 'steps' | 'approvals' | 'ledger' | 'replay' | 'ratings' | 'feedback'
> {
  requester: PersonId;
  first: number | null;
  last: number | null;
}

const COLUMNS = `r.run, r.agent, r.agent_version AS "agentVersion", r.status, r.input_label AS "inputLabel", r.requester,
  r.summary, r.rehearsal, r.environment,
  ARRAY(SELECT x.run FROM runs x WHERE x.replay_of = r.run ORDER BY x.created_at, x.run) AS replays, r.cost_micros AS "costMicros", r.budget_micros AS "budgetMicros",
  r.input_tokens + r.output_tokens AS tokens, r.cached_tokens AS "cachedTokens",
  (extract(epoch FROM r.created_at) * 1000)::bigint AS "createdAtMs",
  (extract(epoch FROM r.finished_at) * 1000)::bigint AS "finishedAtMs",
  (SELECT coalesce(sum(s.latency_ms), 0)::bigint FROM run_steps s WHERE s.run = r.run AND s.kind <> 'approval' AND s.key <> 'judge') AS "workingMs",
  l.first, l.last`;
const FROM = `FROM runs r LEFT JOIN LATERAL (
  SELECT min(e.seq) AS first, max(e.seq) AS last FROM ledger_entries e WHERE e.run = r.run) l ON true`;

const STEPS = `SELECT key, parent, kind, name, label, ok, model, input_tokens + output_tokens AS tokens,
    cached_tokens AS "cachedTokens", cost_micros AS "costMicros", latency_ms AS "latencyMs",
    coalesce((detail->>'recorded')::boolean, false) AS recorded
  FROM run_steps WHERE run = $1 ORDER BY started_at, seq`;

type Listed = RunView['approvals'][number];

async function approvalsOf(tx: TenantTx, runs: readonly RunId[]): Promise<Map<RunId, Listed[]>> {
  const rows = await tx.rows<{ run: RunId; state: ApprovalState }>({
    name: 'approvals_of_runs',
    text: 'SELECT run, state FROM approvals WHERE run = ANY($1) ORDER BY created_at, approval',
    values: [runs],
  });
  const found = new Map<RunId, Listed[]>();
  for (const { run, state } of rows) {
    const { signed, needed } = tallyOf(state);
    const one = { id: state.id, status: state.status, tool: state.action.tool, signed, needed };
    found.set(run, [...(found.get(run) ?? []), one]);
  }
  return found;
}

function toView(
  { requester, first, last, ...row }: Row,
  people: ReadonlyMap<PersonId, NamedPerson>,
  steps: readonly StepView[],
  approvals: readonly Listed[],
): RunView {
  return {
    ...row,
    requester: people.get(requester) ?? nameless(requester),
    steps,
    approvals,
    ledger: first === null || last === null ? null : { first, last },
    replay: null,
    ratings: [],
  };
}

/** One run with its steps, its ratings and the run that it repeats, as the trace card shows it. */
export async function viewRun(
  { payloads, tenant }: { payloads: Payloads; tenant: TenantId },
  tx: TenantTx,
  run: RunId,
): Promise<RunView | null> {
  const found = await tx.row<Row & ReplayColumns>({
    text: `SELECT ${COLUMNS}, r.replay_of AS "replayOf", r.replay_from AS "replayFrom" ${FROM} WHERE r.run = $1`,
    values: [run],
  });
  if (!found) return null;
  const { replayOf, replayFrom, ...row } = found;
  const steps = await tx.rows<StepView>({ text: STEPS, values: [run] });
  const people = await namedPeople(tx, [row.requester]);
  const view = toView(row, people, steps, (await approvalsOf(tx, [run])).get(run) ?? []);
  const parts = { tx, payloads, tenant };
  return {
    ...view,
    replay: await viewReplay(parts, run, { replayOf, replayFrom }),
    ratings: await ratingsOf(parts, run),
    feedback: await feedbackOn(tx, run),
  };
}

interface Filter {
  readonly requester?: PersonId;
  readonly team?: string;
}
const MATCHES = `($1::text IS NULL OR r.requester = $1) AND ($2::text IS NULL OR r.team = $2)`;
const given = (filter: Filter): [string | null, string | null] => [
  filter.requester ?? null,
  filter.team ?? null,
];

/** Typed words stand for themselves: in a pattern `%` and `_` would stand for anything. */
const containing = (words: string | undefined): string | null =>
  words === undefined || words === '' ? null : `%${words.replaceAll(/[\\%_]/g, '\\$&')}%`;

const ABOUT = `($4::text IS NULL OR r.run ILIKE $4 OR r.input_label ILIKE $4 OR r.agent ILIKE $4
  OR EXISTS (SELECT 1 FROM approvals a WHERE a.run = r.run AND a.approval ILIKE $4))`;

const BEFORE = `($5::text IS NULL OR (r.created_at, r.run) < (SELECT b.created_at, b.run FROM runs b WHERE b.run = $5))`;

/** The newest runs, without their steps; `about`: only those whose id, subject, agent or request contains it. */
export async function listRuns(
  tx: TenantTx,
  filter: Filter & { limit: number; about?: string; before?: RunId },
): Promise<RunView[]> {
  const rows = await tx.rows<Row>({
    name: 'list_runs',
    text: `SELECT ${COLUMNS} ${FROM} WHERE ${MATCHES} AND ${ABOUT} AND ${BEFORE} ORDER BY r.created_at DESC, r.run DESC LIMIT $3`,
    values: [...given(filter), filter.limit, containing(filter.about), filter.before ?? null],
  });
  const people = await namedPeople(
    tx,
    rows.map((r) => r.requester),
  );
  const approvals = await approvalsOf(
    tx,
    rows.map((r) => r.run),
  );
  return rows.map((row) => toView(row, people, [], approvals.get(row.run) ?? []));
}

/** `sandbox`: what plays there alone, evaluations among it. */
interface CostFilter extends Filter {
  readonly sandbox?: true;
}
const PLAYED = `($4::text IS NULL OR r.environment = $4)`;

const DAYS = `SELECT to_char(d.day, 'YYYY-MM-DD') AS day, coalesce(sum(r.cost_micros), 0)::bigint AS micros, count(r.run) AS runs
  FROM generate_series(date_trunc('day', now() AT TIME ZONE 'UTC') - ($3::int - 1) * interval '1 day',
    date_trunc('day', now() AT TIME ZONE 'UTC'), interval '1 day') AS d(day)
  LEFT JOIN runs r ON r.created_at AT TIME ZONE 'UTC' >= d.day AND r.created_at AT TIME ZONE 'UTC' < d.day + interval '1 day'
    AND r.agent <> '${OWN.agent}' AND ${MATCHES} AND ${PLAYED}
  GROUP BY d.day ORDER BY d.day`;

const AGENTS = `SELECT r.agent, sum(r.cost_micros)::bigint AS micros, count(*) AS runs, bool_or(r.rehearsal) AS rehearsal
  FROM runs r WHERE r.agent <> '${OWN.agent}' AND ${MATCHES} AND ${PLAYED} AND r.created_at AT TIME ZONE 'UTC' >= date_trunc('day', now() AT TIME ZONE 'UTC') - ($3::int - 1) * interval '1 day'
  GROUP BY r.agent ORDER BY micros DESC, r.agent`;

const scopeOf = ({ requester, team, sandbox }: CostFilter): CostsView['scope'] => {
  if (sandbox) return { kind: 'sandbox' };
  if (requester) return { kind: 'own' };
  return team ? { kind: 'team', team } : { kind: 'all' };
};

/** What runs that began on the last `days` UTC days cost, today included. */
export async function costsOf(tx: TenantTx, filter: CostFilter & { days: number }): Promise<CostsView> {
  const values = [...given(filter), Math.max(1, filter.days), filter.sandbox ? 'sandbox' : null];
  const byDay = await tx.rows<CostsView['byDay'][number]>({ text: DAYS, values });
  const agents = await tx.rows<CostsView['byAgent'][number] & { rehearsal: boolean }>({
    text: AGENTS,
    values,
  });
  const now = await tx.row<{ now: number }>({ text: `SELECT ${DB_NOW_MS} AS now` });
  return {
    fromMs: Date.parse(`${byDay[0]?.day ?? '1970-01-01'}T00:00:00Z`),
    toMs: now?.now ?? 0,
    spentMicros: byDay.reduce((sum, day) => sum + day.micros, 0),
    todayMicros: byDay.at(-1)?.micros ?? 0,
    byDay,
    byAgent: agents.map(({ agent, micros, runs }) => ({ agent, micros, runs })),
    scope: scopeOf(filter),
    rehearsal: agents.some((a) => a.rehearsal),
  };
}
