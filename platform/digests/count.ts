import type { Digest, DigestScope } from '../../core/digest/digest.ts';
import { digestOf, isFailed, isOverride } from '../../core/digest/digest.ts';
import { periodBefore, type Period } from '../../core/digest/period.ts';
import type { Count, Counted, Rows, Told, Waiting } from '../../core/digest/rows.ts';
import { OWN } from '../../core/own-actions.ts';
import type { Person } from '../../core/people.ts';
import type { TenantTx } from '../database.ts';
import { DECIDED, ENVIRONMENT, OVERRIDE } from '../metrics/facts.ts';
import { PERSON_COLUMNS } from '../people-store.ts';

/** $1 to $2: the period in epoch ms. $3 a team, $4 a person, or null for everyone's. Only work that counts as production. */
const OURS = `($3::text IS NULL OR r.team = $3) AND ($4::text IS NULL OR r.requester = $4) AND ${ENVIRONMENT} = 'production'`;
const within = (column: string): string =>
  `${column} >= to_timestamp($1::float8 / 1000) AND ${column} < to_timestamp($2::float8 / 1000)`;
/** Never rounded up: the last microsecond of a day is no part of the next. */
const ms = (column: string): string => `floor(extract(epoch FROM ${column}) * 1000)::bigint`;
const inState = (path: string): string => `(a.state ${path})::bigint`;

/** What nobody but Countersign itself did. */
const OF_AGENTS = `a.agent <> '${OWN.agent}' AND a.state -> 'action' ->> 'connector' <> '${OWN.connector}'`;
const APPROVALS = `FROM approvals a JOIN runs r ON r.tenant = a.tenant AND r.run = a.run WHERE ${OURS} AND ${OF_AGENTS}`;
const TOOL = `a.state -> 'action' ->> 'connector' || '.' || (a.state -> 'action' ->> 'tool')`;

/** An agent whose work this was, in the period: what happened to it concerns them. */
const THEIR_AGENTS = `(SELECT r.agent FROM runs r WHERE ${OURS} AND ${within('r.finished_at')})`;
const CONCERNS = (agent: string): string =>
  `(($3::text IS NULL AND $4::text IS NULL) OR ${agent} IN ${THEIR_AGENTS})`;

type Counting = Exclude<Count, 'failed' | 'overrides' | 'waiting'>;

/** One row each: id, run, agent, label, atMs, value, tag. What a figure of core/metrics.ts counts as well, is counted by its facts. */
const COUNTING: Readonly<Record<Counting, string>> = {
  runs: `SELECT r.run AS id, r.run, r.agent, r.input_label AS label, ${ms('r.finished_at')} AS "atMs",
      r.rehearsal::int AS value, r.status AS tag
    FROM runs r WHERE ${within('r.finished_at')} AND r.agent <> '${OWN.agent}' AND ${OURS}`,
  cost: `SELECT r.run AS id, r.run, r.agent, r.input_label AS label, ${ms('max(s.started_at)')} AS "atMs",
      sum(s.cost_micros)::bigint AS value, r.status AS tag
    FROM run_steps s JOIN runs r ON r.tenant = s.tenant AND r.run = s.run
    WHERE s.cost_micros > 0 AND ${within('s.started_at')} AND ${OURS} GROUP BY r.tenant, r.run`,
  decisions: `SELECT a.approval AS id, r.run, r.agent, r.input_label AS label, ${inState(`->> 'decidedAtMs'`)} AS "atMs",
      ${inState(`->> 'decidedAtMs'`)} - ${inState(`->> 'createdAtMs'`)} AS value,
      coalesce(replace(${OVERRIDE}, 'override.', ''), 'as_asked') AS tag ${DECIDED} AND ${OURS}`,
  requests: `SELECT a.approval AS id, r.run, r.agent, r.input_label AS label, ${ms('a.created_at')} AS "atMs",
      NULL::bigint AS value, ${TOOL} AS tag ${APPROVALS} AND a.root = a.approval AND ${within('a.created_at')}`,
  expired: `SELECT a.approval AS id, r.run, r.agent, r.input_label AS label, ${inState(`-> 'closed' ->> 'atMs'`)} AS "atMs",
      NULL::bigint AS value, ${TOOL} AS tag ${APPROVALS} AND a.status = 'expired'
      AND ${inState(`-> 'closed' ->> 'atMs'`)} >= $1::bigint AND ${inState(`-> 'closed' ->> 'atMs'`)} < $2::bigint`,
  scores: `SELECT r.run AS id, r.run, r.agent, r.input_label AS label, ${ms('q.scored_at')} AS "atMs", q.score AS value,
      coalesce(q.reason, '') AS tag
    FROM run_scores q JOIN runs r ON r.tenant = q.tenant AND r.run = q.run
    WHERE q.metric = 'faithfulness' AND ${within('q.scored_at')} AND ${OURS}`,
  incidents: `SELECT i.incident AS id, NULL AS run, coalesce(i.agent, '') AS agent, i.rule AS label, ${ms('i.opened_at')} AS "atMs",
      NULL::bigint AS value, i.severity || ' ' || i.status AS tag
    FROM incidents i WHERE ${within('i.opened_at')} AND ${CONCERNS('i.agent')}`,
  unusual: `SELECT e.event AS id, e.run, e.agent, coalesce(r.input_label, '') AS label, ${ms('e.at')} AS "atMs",
      NULL::bigint AS value, e.kind AS tag
    FROM agent_events e LEFT JOIN runs r ON r.tenant = e.tenant AND r.run = e.run
    WHERE ${within('e.at')} AND e.kind IN ('guardrail','pii','pii_leak','tool_pattern','input_drift')
      AND CASE WHEN e.run IS NULL THEN ${CONCERNS('e.agent')} ELSE ${OURS} END`,
};

const WAITING = `SELECT a.approval AS id, r.run, r.agent, r.input_label AS label, ${ms('a.created_at')} AS "atMs",
    NULL::bigint AS value, ${TOOL} AS tag, a.requester,
    jsonb_path_query_array(a.state, '$.policy.requirement.stages[*].who[*]')
      || CASE WHEN a.state ->> 'escalatedAtMs' IS NULL THEN '[]'
         ELSE coalesce(a.state -> 'policy' -> 'requirement' -> 'escalateTo', '[]') END AS who,
    jsonb_path_query_array(a.state, '$.signatures[*].person') AS signed
  FROM approvals a JOIN runs r ON r.tenant = a.tenant AND r.run = a.run
  WHERE ($1::bigint < $2::bigint) AND a.status = 'pending' AND ${OURS} AND ${OF_AGENTS} ORDER BY a.created_at, a.approval`;

/** As the rules said it last; a rule that begins again within two hours has not stopped. What was spent is a figure of costs. */
const TOLD = `SELECT DISTINCT ON (f.fingerprint) f.rule, f.agent, f.doc -> 'reason' AS reason, NOT EXISTS (
    SELECT 1 FROM daily_findings e WHERE e.fingerprint = f.fingerprint
      AND e.at < to_timestamp($1::float8 / 1000) AND e.at >= to_timestamp($1::float8 / 1000) - interval '2 hours') AS "isNew"
  FROM daily_findings f WHERE ${within('f.at')} AND ${CONCERNS('f.agent')} AND ($5::boolean OR f.rule <> 'cost-week')
  ORDER BY f.fingerprint, f.at DESC`;

const valuesFor = ({ fromMs, toMs }: Period, scope: DigestScope): unknown[] => [
  fromMs,
  toMs,
  scope.kind === 'team' ? scope.team : null,
  scope.kind === 'own' ? scope.person : null,
];

const rowsOf = (tx: TenantTx, count: Counting, period: Period, scope: DigestScope): Promise<Counted[]> =>
  tx.rows<Counted>({
    text: `SELECT c.* FROM (${COUNTING[count]}) c ORDER BY c."atMs", c.id`,
    values: valuesFor(period, scope),
  });

async function allRows(
  tx: TenantTx,
  period: Period,
  scope: DigestScope,
  { costs }: { readonly costs: boolean },
): Promise<Rows> {
  const of = (count: Counting): Promise<Counted[]> => rowsOf(tx, count, period, scope);
  // One connection: one after the other.
  return {
    runs: await of('runs'),
    requests: await of('requests'),
    decisions: await of('decisions'),
    expired: await of('expired'),
    cost: costs ? await of('cost') : null,
    scores: await of('scores'),
    incidents: await of('incidents'),
    unusual: await of('unusual'),
  };
}

const waitingNow = (tx: TenantTx, period: Period, scope: DigestScope): Promise<Waiting[]> =>
  tx.rows<Waiting>({ text: WAITING, values: valuesFor(period, scope) });

const toldIn = (
  tx: TenantTx,
  period: Period,
  scope: DigestScope,
  { costs }: { readonly costs: boolean },
): Promise<Told[]> => tx.rows<Told>({ text: TOLD, values: [...valuesFor(period, scope), costs] });

/** Everything a digest says, counted from the rows. */
export async function countDigest(
  tx: TenantTx,
  period: Period,
  scope: DigestScope,
  right: { readonly costs: boolean },
): Promise<Digest> {
  const now = await allRows(tx, period, scope, right);
  const before = await allRows(tx, periodBefore(period), scope, right);
  const findings = await toldIn(tx, period, scope, right);
  const waiting = await waitingNow(tx, period, scope);
  const people = await tx.rows<Person>({ text: `SELECT ${PERSON_COLUMNS} FROM people p WHERE p.active` });
  return digestOf(period, scope, { now, before, findings, waiting, people });
}

/** The very things that one figure was counted from, by the same statement. */
export async function listCounted(
  tx: TenantTx,
  count: Count,
  period: Period,
  scope: DigestScope,
): Promise<Counted[]> {
  if (count === 'waiting') return waitingNow(tx, period, scope);
  if (count === 'failed') return (await rowsOf(tx, 'runs', period, scope)).filter(isFailed);
  if (count === 'overrides') return (await rowsOf(tx, 'decisions', period, scope)).filter(isOverride);
  const counted = await rowsOf(tx, count, period, scope);
  // What could not be measured is in no mean.
  return count === 'scores' ? counted.filter(({ value }) => value !== null) : counted;
}
