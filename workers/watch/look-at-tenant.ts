import type { TenantId } from '../../core/ids.ts';
import type { Stores } from '../../platform/stores.ts';
import { lookAt } from '../alerts/reading/look.ts';

export type Watched = Pick<Stores, 'metrics' | 'incidents' | 'approvals' | 'versions'>;

/** One look of every rule at one company: hours that are over are rolled up first, then what the rules say is acted on. */
export async function lookAtTenant(stores: Watched, tenant: TenantId): Promise<void> {
  await stores.metrics.roll(tenant);
  const [atMs, policy, before, inForce] = await Promise.all([
    stores.metrics.nowMs(tenant),
    stores.approvals.policy(tenant),
    stores.incidents.firing(tenant),
    stores.versions.inForce(tenant),
  ]);
  const firing = new Map(before.map(({ fingerprint, sinceMs }) => [fingerprint, { sinceMs }] as const));
  const findings = await lookAt(stores.metrics, {
    tenant,
    atMs,
    tunings: policy?.alerts ?? [],
    firing,
    inForce,
  });
  await stores.incidents.observe(tenant, findings);
}
