import type { Finding } from '../../core/alerts/finding.ts';
import { GATHER_WITHIN_MS, seenCondition, type Around, type Condition } from '../../core/incident/gather.ts';
import { REOPENS_WITHIN_MS } from '../../core/incident/limits.ts';
import type { IncidentId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;
const LATELY = `now() - ${GATHER_WITHIN_MS} * interval '1 millisecond'`;

const OF = `SELECT fingerprint, rule, agent, version, severity, state, value, threshold, unit, sample, worst_runs AS "worstRuns",
    ${ms('since')} AS "sinceMs", ${ms('clear_since')} AS "clearSinceMs", ${ms('over_at')} AS "overAtMs"
  FROM incident_conditions WHERE incident = $1`;

/** Everything that an incident gathered, over or not. */
export const conditionsOf = (tx: TenantTx, incident: IncidentId): Promise<Condition[]> =>
  tx.rows<Condition>({ name: 'incident_conditions_of', text: OF, values: [incident] });

const GATHERED_IN = `SELECT c.fingerprint, i.fingerprint AS gathered FROM incident_conditions c
    JOIN incidents i USING (tenant, incident)
  WHERE c.over_at IS NULL AND c.fingerprint = ANY($1)
    AND (i.resolved_at IS NULL OR i.resolved_at > now() - ${REOPENS_WITHIN_MS} * interval '1 millisecond')`;

/** In which gathering incident each of these is just now. */
export async function gatheredIn(
  tx: TenantTx,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.rows<{ fingerprint: string; gathered: string }>({
    name: 'incident_gathered_in',
    text: GATHERED_IN,
    values: [fingerprints],
  });
  return new Map(rows.map(({ fingerprint, gathered }) => [fingerprint, gathered]));
}

const RECENT = `SELECT i.rule, i.agent, i.severity FROM incident_events e JOIN incidents i USING (tenant, incident)
  WHERE e.kind IN ('opened','reopened') AND e.at > ${LATELY} AND i.fingerprint NOT LIKE 'gathered/%' LIMIT 1000`;

const GATHERING = `SELECT fingerprint FROM incidents i WHERE status <> 'resolved' AND fingerprint LIKE 'gathered/%' AND EXISTS (
    SELECT 1 FROM incident_conditions c WHERE c.tenant = i.tenant AND c.incident = i.incident AND c.since > ${LATELY})`;

/** What came within the window, and what is gathering just now. */
export async function around(tx: TenantTx): Promise<Around> {
  const recent = await tx.rows<Around['recent'][number]>({ text: RECENT });
  const gathering = await tx.rows<{ fingerprint: string }>({ text: GATHERING });
  return { recent, gathering: new Set(gathering.map(({ fingerprint }) => fingerprint)) };
}

const OWN = `SELECT fingerprint FROM incidents WHERE fingerprint = ANY($1) AND status <> 'resolved'`;

const ELSEWHERE = `UPDATE incident_conditions SET over_at = now()
  WHERE fingerprint = ANY($1) AND over_at IS NULL AND incident <> $2`;

const KEEP = `INSERT INTO incident_conditions (tenant, incident, fingerprint, rule, agent, version, severity, state, value,
    threshold, unit, sample, worst_runs, since, clear_since, over_at, seen_at)
  SELECT current_tenant(), $1, fingerprint, rule, agent, version, severity, state, value, threshold, unit, sample,
    coalesce(worst_runs, '{}'), since, clear_since, over_at, to_timestamp($2::float8 / 1000)
  FROM (SELECT c.fingerprint, c.rule, c.agent, c.version, c.severity, c.state, c.value, c.threshold, c.unit, c.sample,
      ARRAY(SELECT jsonb_array_elements_text(c."worstRuns")) AS worst_runs,
      to_timestamp(c."sinceMs" / 1000) AS since, to_timestamp(c."clearSinceMs" / 1000) AS clear_since,
      to_timestamp(c."overAtMs" / 1000) AS over_at
    FROM jsonb_to_recordset($3::jsonb) AS c(fingerprint text, rule text, agent text, version text, severity text, state text,
      value float8, threshold float8, unit text, sample int, "worstRuns" jsonb, "sinceMs" float8, "clearSinceMs" float8,
      "overAtMs" float8)) AS n
  ON CONFLICT (tenant, incident, fingerprint) DO UPDATE SET rule = excluded.rule, agent = excluded.agent,
    version = excluded.version, severity = excluded.severity, state = excluded.state, value = excluded.value,
    threshold = excluded.threshold, unit = excluded.unit, sample = excluded.sample, worst_runs = excluded.worst_runs,
    since = excluded.since, seen_at = excluded.seen_at, clear_since = excluded.clear_since, over_at = excluded.over_at`;

export interface Kept {
  /** All of them, as they are now. */
  readonly conditions: readonly Condition[];
  /** Those that came, or came back, at this look. */
  readonly joined: number;
  readonly firingBefore: number;
  /** Somebody came within the window before this look. */
  readonly wasGathering: boolean;
}

/** Those that got an incident of their own meanwhile stay there. */
async function withoutOwn(tx: TenantTx, findings: readonly Finding[]): Promise<Finding[]> {
  const values = [findings.map(({ fingerprint }) => fingerprint)];
  const rows = await tx.rows<{ fingerprint: string }>({ text: OWN, values });
  const own = new Set(rows.map(({ fingerprint }) => fingerprint));
  return findings.filter(({ fingerprint }) => !own.has(fingerprint));
}

/** A look at what an incident gathers; the incident's row is locked, and the ledger's head where anything may join. */
export async function keepConditions(
  tx: TenantTx,
  incident: IncidentId,
  findings: readonly Finding[],
  nowMs: number,
): Promise<Kept> {
  const known = new Map((await conditionsOf(tx, incident)).map((one) => [one.fingerprint, one]));
  const isThere = ({ fingerprint }: Finding): boolean => known.get(fingerprint)?.overAtMs === null;
  const joining = await withoutOwn(
    tx,
    findings.filter((one) => !isThere(one) && one.state === 'firing'),
  );
  const before = [...known.values()].filter(({ overAtMs }) => overAtMs === null);
  const seen = [...findings.filter(isThere), ...joining].map((finding) =>
    seenCondition(known.get(finding.fingerprint) ?? null, finding, nowMs),
  );
  const values = [joining.map(({ fingerprint }) => fingerprint), incident];
  if (joining.length > 0) await tx.rows({ text: ELSEWHERE, values });
  if (seen.length > 0) await tx.rows({ text: KEEP, values: [incident, nowMs, JSON.stringify(seen)] });
  for (const one of seen) known.set(one.fingerprint, one);
  return {
    conditions: [...known.values()],
    joined: joining.length,
    firingBefore: before.filter(({ state }) => state === 'firing').length,
    wasGathering: before.some(({ sinceMs }) => nowMs - sinceMs <= GATHER_WITHIN_MS),
  };
}

const FIRING = `SELECT fingerprint, (state ->> 'sinceMs')::bigint AS "sinceMs" FROM incidents
    WHERE status <> 'resolved' AND fingerprint NOT LIKE 'gathered/%'
  UNION ALL SELECT fingerprint, ${ms('since')} FROM incident_conditions WHERE over_at IS NULL`;

/** What was wrong at the last look and is not over. */
export const firingNow = (tx: TenantTx): Promise<{ fingerprint: string; sinceMs: number }[]> =>
  tx.rows({ text: FIRING });
