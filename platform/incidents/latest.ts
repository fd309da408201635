import { REOPENS_WITHIN_MS } from '../../core/incident/limits.ts';
import type { IncidentState } from '../../core/incident/types.ts';
import type { TenantTx } from '../database.ts';
import { DB_NOW_MS } from '../ledger/append.ts';

const LATEST = `SELECT DISTINCT ON (fingerprint) fingerprint, state, ${DB_NOW_MS} AS "nowMs" FROM incidents
  WHERE fingerprint = ANY($1) ORDER BY fingerprint, (status <> 'resolved') DESC, opened_at DESC`;

export interface Latest {
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
