import type pg from 'pg';
import { choose, type AtWork, type Crowd, type InLine, type TenantTerms } from '../../core/intake/choose.ts';
import { DEFAULT_LIMITS } from '../../core/intake/limits.ts';
import type { TenantId } from '../../core/ids.ts';

/** Admissions of one transaction at most; the next follows at once. */
export const MOST = 100;

/** One admission at a time in the whole deployment, so that no place is given twice. */
const LOCK = `SELECT pg_advisory_xact_lock(4151180849)`;

export const IN_LINE = `status = 'queued' AND admitted_at IS NULL`;
/**
 * A place is a status, so a dead worker's run gives it back when another worker ends it. After an hour of work without an
 * end or a question a place counts no longer: a workflow that somebody terminated must not hold up the others for good.
 */
export const AT_WORK = `status IN ('queued', 'running') AND admitted_at IS NOT NULL AND working_since > now() - interval '1 hour'`;

const ANYONE = `SELECT 1 FROM runs WHERE ${IN_LINE} LIMIT 1`;

/** The first of each line (tenant, person, agent), found by hopping from line to line instead of reading them all. */
const HEADS = `WITH RECURSIVE line AS (
    (SELECT tenant, requester, agent FROM runs WHERE ${IN_LINE} ORDER BY tenant, requester, agent LIMIT 1)
    UNION ALL
    SELECT n.* FROM line l CROSS JOIN LATERAL (SELECT r.tenant, r.requester, r.agent FROM runs r WHERE ${IN_LINE}
      AND (r.tenant, r.requester, r.agent) > (l.tenant, l.requester, l.agent) ORDER BY r.tenant, r.requester, r.agent LIMIT 1) n)
  SELECT h.* FROM line l CROSS JOIN LATERAL (
    SELECT r.tenant, r.requester AS person, r.agent, r.run, extract(epoch FROM r.rank_at)::float8 * 1000 AS "rankMs"
    FROM runs r WHERE ${IN_LINE} AND (r.tenant, r.requester, r.agent) = (l.tenant, l.requester, l.agent)
    ORDER BY r.rank_at, r.run LIMIT ${MOST}) h`;

const WORKING = `SELECT tenant, requester AS person, agent, count(*)::int AS working FROM runs WHERE ${AT_WORK} GROUP BY 1, 2, 3`;

const SERVED = `SELECT p.tenant, p.person, extract(epoch FROM s.at)::float8 * 1000 AS "atMs"
  FROM unnest($1::text[], $2::text[]) AS p(tenant, person) CROSS JOIN LATERAL (SELECT max(r.admitted_at) AS at FROM runs r
    WHERE r.tenant = p.tenant AND r.requester = p.person AND r.admitted_at IS NOT NULL) s WHERE s.at IS NOT NULL`;

export const TERMS = `SELECT t.tenant, t.stopped, t.intake_share::float8 AS share, t.intake_pass AS pass, t.working_limit AS working,
    t.person_working_limit AS "personWorking",
    coalesce((SELECT jsonb_object_agg(s.agent, CASE WHEN s.paused THEN 0 ELSE s.working_limit END) FROM agent_settings s
      WHERE s.tenant = t.tenant AND (s.paused OR s.working_limit IS NOT NULL)), '{}') AS agents
  FROM tenants t`;

/** Released by the same statement that admits, so that a run is admitted exactly when its way out is open. */
const ADMIT = `WITH chosen AS (SELECT * FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS c(tenant, run, turn)),
    admitted AS (UPDATE runs r SET admitted_at = now() + c.turn * interval '1 microsecond', working_since = now() FROM chosen c
      WHERE r.tenant = c.tenant AND r.run = c.run AND r.status = 'queued' AND r.admitted_at IS NULL RETURNING r.tenant, r.run)
  UPDATE outbox o SET due_at = now() FROM admitted a WHERE o.tenant = a.tenant AND o.key = a.run AND o.topic = 'intake'
    AND o.done_at IS NULL AND o.enqueued_at IS NULL AND o.due_at = 'infinity'`;

const TURNS = `UPDATE tenants t SET intake_pass = p.pass FROM unnest($1::text[], $2::float8[]) AS p(tenant, pass)
  WHERE t.tenant = p.tenant`;

export interface TermsRow {
  readonly tenant: TenantId;
  readonly stopped: boolean;
  readonly share: number;
  readonly pass: number;
  readonly working: number | null;
  readonly personWorking: number | null;
  readonly agents: Readonly<Record<string, number>>;
}

export const termsOf = (row: TermsRow): TenantTerms => ({
  tenant: row.tenant,
  share: row.share,
  pass: row.pass,
  working: row.stopped ? 0 : (row.working ?? DEFAULT_LIMITS.working),
  personWorking: row.personWorking ?? DEFAULT_LIMITS.personWorking,
  agents: new Map(Object.entries(row.agents)),
});

/** One after the other: a client of `pg` sends one statement at a time. */
async function readCrowd(client: pg.PoolClient, places: number): Promise<Crowd> {
  const { rows: waiting } = await client.query<InLine>(HEADS);
  const { rows: working } = await client.query<AtWork>(WORKING);
  const people = new Map(waiting.map((one) => [`${one.tenant} ${one.person}`, one]));
  const asked = [...people.values()];
  const { rows: served } = await client.query<Crowd['served'][number]>(SERVED, [
    asked.map(({ tenant }) => tenant),
    asked.map(({ person }) => person),
  ]);
  const { rows: terms } = await client.query<TermsRow>(TERMS);
  return { waiting, working, served, tenants: terms.map(termsOf), places };
}

/**
 * Admits what may begin now, in one transaction as the role that sees ids across tenants. Whoever dies before the commit
 * admitted nothing; after it the outbox rows are due like any other. @returns how many
 */
export async function admit(pool: pg.Pool, places: number): Promise<number> {
  if ((await pool.query(ANYONE)).rowCount === 0) return 0;
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    await client.query(LOCK);
    const { runs, passes } = choose(await readCrowd(client, places), MOST);
    if (runs.length > 0) {
      await client.query(ADMIT, [runs.map(({ tenant }) => tenant), runs.map(({ run }) => run)]);
      await client.query(TURNS, [[...passes.keys()], [...passes.values()]]);
    }
    await client.query('COMMIT');
    return runs.length;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}
