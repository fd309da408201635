import { GOLDEN_THRESHOLD, type Compared, type EvalMetrics } from '../../core/evals/evaluation.ts';
import { type EvalId, TenantId } from '../../core/ids.ts';
import { compareMarks } from '../../evals/compare.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { loadConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import type { EvalResult, EvalStore, NewEval } from '../../platform/stores.ts';
import { openStoresOf } from '../open-stores.ts';

/** What an evaluation on this machine came to, as a store keeps it. */
export interface Kept {
  readonly wanted: NewEval;
  readonly results: readonly EvalResult[];
  readonly metrics: EvalMetrics | null;
}

/** Where evaluations stay; an evaluation's own sandbox is gone with it. */
export interface Lasting {
  /** Keeps it, with how it differs from the last that passed there. */
  keep(kept: Kept): Promise<{ readonly id: EvalId; readonly comparison: Compared | null }>;
  close(): Promise<void>;
}

const NAMES = ['DATABASE_URL', 'DATABASE_DISPATCHER_URL', 'COUNTERSIGN_ENCRYPTION_KEY'] as const;

/** The deployment's engines are none to play golden cases on: they get engines of their own. */
export const withoutStore = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => ![...NAMES, 'DATABASE_MIGRATOR_URL'].some((one) => one === name)),
  );

export async function keepIn(
  evals: EvalStore,
  tenant: TenantId,
  { wanted, results, metrics }: Kept,
): Promise<{ id: EvalId; comparison: Compared | null }> {
  const id = await evals.start(tenant, wanted);
  // the sandbox run that was marked is not there
  for (const result of results) await evals.saveResult(tenant, id, { ...result, run: null });
  const { agent, rehearsal } = wanted;
  const before = await evals.before(tenant, { agent, rehearsal, eval: id, atLeast: GOLDEN_THRESHOLD });
  const marks = Object.fromEntries(results.map(({ caseId, mark }) => [caseId, mark]));
  const compared = before && compareMarks(await evals.marks(tenant, before.eval), marks);
  const comparison = compared === null || compared.shared === 0 ? null : compared;
  await evals.finish(tenant, id, { status: 'done', comparison, metrics });
  return { id, comparison };
}

/**
 * The store that the environment names, and null where it names none.
 * @throws Error when it names half of one, ZodError when the tenant is none
 */
export async function openLasting(
  env: NodeJS.ProcessEnv,
  tenantName: string | undefined,
): Promise<Lasting | null> {
  if (!env['DATABASE_URL']) return null;
  const tenant = tenantName === undefined ? EXAMPLE.tenant : TenantId.parse(tenantName);
  const config = loadConfig(env, 'store');
  const stores = await openStoresOf(config, createLog({ name: 'eval', level: 'warn' }));
  return { keep: (kept) => keepIn(stores.evals, tenant, kept), close: () => stores.close() };
}
