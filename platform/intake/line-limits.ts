import { DEFAULT_LIMITS } from '../../core/intake/limits.ts';
import type { PersonId, TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { IN_LINE } from './admit.ts';
import { readLine } from './line.ts';

/** No more may wait: whose line is full, how many it takes, and when there is room again, as far as that can be said. */
export class LineFullError extends Error {
  readonly code = 'line_full';
  readonly whose: 'person' | 'company';
  readonly most: number;
  readonly retryInMs: number | null;
  constructor(whose: LineFullError['whose'], most: number, retryInMs: number | null) {
    super('line_full');
    this.name = 'LineFullError';
    this.whose = whose;
    this.most = most;
    this.retryInMs = retryInMs;
  }
}

const COUNT = `SELECT t.tenant, t.waiting_limit AS "companyMost", t.person_waiting_limit AS "personMost",
    (SELECT count(*)::int FROM runs WHERE ${IN_LINE}) AS company,
    (SELECT count(*)::int FROM runs WHERE ${IN_LINE} AND requester = $1) AS person
  FROM tenants t`;

interface Count {
  readonly tenant: TenantId;
  readonly companyMost: number | null;
  readonly personMost: number | null;
  readonly company: number;
  readonly person: number;
}

/** Asked under the ledger head's lock, so that two runs cannot both be the last. @throws LineFullError */
export async function whyNotWait(tx: TenantTx, person: PersonId): Promise<void> {
  const now = await tx.row<Count>({ text: COUNT, values: [person] });
  if (!now) return;
  const personMost = now.personMost ?? DEFAULT_LIMITS.personWaiting;
  const companyMost = now.companyMost ?? DEFAULT_LIMITS.waiting;
  if (now.person < personMost && now.company < companyMost) return;
  const whose = now.person >= personMost ? 'person' : 'company';
  const mine = await tx.rows<{ run: string }>({
    text: `SELECT run FROM runs WHERE ${IN_LINE} AND ($1::text IS NULL OR requester = $1)`,
    values: [whose === 'person' ? person : null],
  });
  const those = new Set(mine.map(({ run }) => run));
  const etas = [...(await readLine(tx, now.tenant))].flatMap(([run, { etaMs }]) =>
    those.has(run) && etaMs !== null ? [etaMs] : [],
  );
  const soonest = etas.length === 0 ? null : Math.min(...etas);
  throw new LineFullError(whose, whose === 'person' ? personMost : companyMost, soonest);
}
