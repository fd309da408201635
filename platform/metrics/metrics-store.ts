import type pg from 'pg';
import { TenantId } from '../../core/ids.ts';
import {
  dailyBaseline,
  figuresOf,
  tallyOf,
  totalOf,
  type Backlog,
  type ChangeRow,
  type Scope,
  type Series,
  type WindowFigures,
  type WorstRun,
} from '../../core/metrics.ts';
import { OWN } from '../../core/own-actions.ts';
import { DB_NOW_MS } from '../ledger/append.ts';
import type { Database, TenantTx } from '../database.ts';
import type { MetricsStore } from '../stores/metrics.ts';
import { countIn, type Counting } from './read.ts';
import { HOUR_MS, rollUp } from './roll.ts';
import { WORST } from './worst.ts';

const BASELINE_DAYS = 14;
const DAY_MS = 24 * HOUR_MS;

const sameScope = (a: Scope, b: Scope): boolean =>
  a.agent === b.agent && a.version === b.version && a.route === b.route;

/** What each of the days before the window cost, cut so that the last ends where the window begins. */
async function baselines(
  tx: TenantTx,
  asked: Omit<Counting, 'step'>,
): Promise<(scope: Scope) => number | null> {
  const start = asked.fromMs - BASELINE_DAYS * DAY_MS;
  const hours = await countIn(tx, {
    ...asked,
    fromMs: start,
    toMs: asked.fromMs,
    step: 'hour',
    measures: ['cost'],
    spread: false,
  });
  return (scope) => {
    const days = new Array<number>(BASELINE_DAYS).fill(0);
    for (const slot of hours.find((one) => sameScope(one.scope, scope))?.slots ?? []) {
      const day = Math.min(BASELINE_DAYS - 1, Math.max(0, Math.floor((slot.atMs - start) / DAY_MS)));
      days[day] = (days[day] ?? 0) + tallyOf(slot.tallies, 'cost').sum;
    }
    return dailyBaseline(days);
  };
}

async function windowOf(tx: TenantTx, asked: Omit<Counting, 'step'>): Promise<WindowFigures[]> {
  const counted = await countIn(tx, { ...asked, step: 'all' });
  const baseline = await baselines(tx, asked);
  const { fromMs, toMs } = asked;
  return counted.map(({ scope, slots }) =>
    figuresOf(scope, { fromMs, toMs }, totalOf(slots), baseline(scope)),
  );
}

const CHANGES = `SELECT (extract(epoch FROM at) * 1000)::bigint AS "atMs", agent, agent_version AS version, kind, detail
  FROM agent_events WHERE kind = 'change' AND ($3::text IS NULL OR agent IN ($3, '${OWN.agent}'))
    AND at >= to_timestamp($1::float8 / 1000) AND at < to_timestamp($2::float8 / 1000)
  ORDER BY at DESC, event DESC LIMIT $4`;

const BACKLOG = `SELECT
  (SELECT count(*) FROM runs WHERE status = 'queued' AND admitted_at IS NULL) AS waiting,
  (SELECT (extract(epoch FROM now() - min(created_at)) * 1000)::bigint FROM runs
    WHERE status = 'queued' AND admitted_at IS NULL) AS "oldestWaitMs",
  (SELECT count(*) FROM dead_letters WHERE status = 'open') AS "openDeadLetters",
  (SELECT count(*) FROM approvals WHERE status = 'pending') AS "pendingApprovals"`;

/** A day at a time, so that even a busy one is done long before a statement's time is up. */
const ROLL_AT_MOST = 24;

/** The only place that counts figures: whole hours from the rollup, the rest from the rows. */
export function createMetricsStore(db: Database, router: pg.Pool): MetricsStore {
  return {
    series: (tenant, asked): Promise<Series[]> => db.inTenant(tenant, (tx) => countIn(tx, asked)),
    window: (tenant, asked) => db.inTenant(tenant, (tx) => windowOf(tx, asked)),
    worst: (tenant, { agent, by, fromMs, toMs, limit }) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<WorstRun>({ text: WORST[by], values: [fromMs, toMs, agent, limit] }),
      ),
    changes: (tenant, { agent, fromMs, toMs, limit }) =>
      db.inTenant(tenant, (tx) =>
        tx.rows<ChangeRow>({ text: CHANGES, values: [fromMs, toMs, agent, limit] }),
      ),
    backlog: (tenant) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<Backlog>({ text: BACKLOG });
        if (row === null) throw new Error('the backlog was not counted');
        return row;
      }),
    nowMs: (tenant) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<{ now: number }>({ text: `SELECT ${DB_NOW_MS} AS now` });
        return row?.now ?? 0;
      }),
    roll: (tenant, limit = ROLL_AT_MOST) => db.inTenant(tenant, (tx) => rollUp(tx, limit)),
    async tenants() {
      const { rows } = await router.query<{ tenant: string }>('SELECT tenant FROM tenants ORDER BY tenant');
      return rows.map(({ tenant }) => TenantId.parse(tenant));
    },
  };
}
