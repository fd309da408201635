import type pg from 'pg';
import type { RunId, TenantId } from '../../core/ids.ts';
import type { LoadView } from '../../core/views.ts';
import { DEFAULT_LIMITS } from '../../core/intake/limits.ts';
import type { Database, TenantTx } from '../database.ts';
import type { IntakeStore } from '../stores.ts';
import { AT_WORK, IN_LINE } from './admit.ts';
import { readLine, readStanding } from './line.ts';
import { keepCards, showCard } from './line-cards.ts';

const LOAD = `SELECT agent, count(*) FILTER (WHERE ${AT_WORK})::int AS working, count(*) FILTER (WHERE ${IN_LINE})::int AS waiting
  FROM runs WHERE status IN ('queued', 'running') GROUP BY agent`;
const LIMITS = `SELECT t.working_limit AS most, coalesce((SELECT jsonb_object_agg(s.agent, s.working_limit)
    FROM agent_settings s WHERE s.working_limit IS NOT NULL), '{}') AS agents FROM tenants t`;

async function readLoad(tx: TenantTx): Promise<LoadView> {
  const rows = await tx.rows<{ agent: string; working: number; waiting: number }>({ text: LOAD });
  const limits = await tx.row<{ most: number | null; agents: Record<string, number> }>({ text: LIMITS });
  return {
    most: limits?.most ?? DEFAULT_LIMITS.working,
    agents: new Map(
      rows.map(({ agent, working, waiting }) => [
        agent,
        { working, waiting, most: limits?.agents[agent] ?? null },
      ]),
    ),
  };
}

/** Tenants with runs that wait or were admitted of late: ids, read by the role that admits. */
const TENANTS = `SELECT tenant FROM tenants t WHERE EXISTS (SELECT 1 FROM runs r WHERE r.tenant = t.tenant AND ${IN_LINE})
    OR EXISTS (SELECT 1 FROM runs r WHERE r.tenant = t.tenant AND r.admitted_at > now() - interval '10 minutes')`;

/** What people are told of the line of their own company. Admission itself is `admission.ts`. */
export function createIntakeStore(db: Database, router: pg.Pool, wake: () => void): IntakeStore {
  const waking = async (work: Promise<boolean>): Promise<boolean> => {
    const did = await work;
    if (did) wake();
    return did;
  };
  return {
    line: (tenant: TenantId) => db.inTenant(tenant, (tx) => readLine(tx, tenant)),
    standing: (tenant: TenantId, run: RunId) => db.inTenant(tenant, (tx) => readStanding(tx, tenant, run)),
    load: (tenant: TenantId) => db.inTenant(tenant, readLoad),
    showCard: (tenant: TenantId, run: RunId) => waking(db.inTenant(tenant, (tx) => showCard(tx, run))),
    keepCards: (tenant: TenantId) => waking(db.inTenant(tenant, (tx) => keepCards(tx, tenant))),
    tenants: async () => (await router.query<{ tenant: TenantId }>(TENANTS)).rows.map(({ tenant }) => tenant),
  };
}
