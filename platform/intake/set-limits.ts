import { LimitsChange } from '../../core/intake/limits.ts';
import type { TenantId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { append, lockHead } from '../ledger/append.ts';

const COLUMN = {
  share: 'intake_share',
  working: 'working_limit',
  personWorking: 'person_working_limit',
  waiting: 'waiting_limit',
  personWaiting: 'person_waiting_limit',
} as const satisfies Partial<Record<keyof LimitsChange, string>>;

const SET_AGENT = `INSERT INTO agent_settings (tenant, agent, working_limit) VALUES (current_tenant(), $1, $2)
  ON CONFLICT (tenant, agent) DO UPDATE SET working_limit = excluded.working_limit`;

/**
 * Sets what is named and leaves the rest; null goes back to the default. What waits or works already stays: a lower limit
 * only lets nothing new begin. With its ledger entry, in one transaction.
 */
export async function setLimits(tx: TenantTx, tenant: TenantId, change: LimitsChange): Promise<void> {
  const { agents = {}, ...named } = LimitsChange.parse(change);
  await lockHead(tx, tenant);
  for (const [name, column] of Object.entries(COLUMN)) {
    const value = named[name as keyof typeof COLUMN];
    if (value !== undefined) await tx.rows({ text: `UPDATE tenants SET ${column} = $1`, values: [value] });
  }
  for (const [agent, most] of Object.entries(agents))
    await tx.rows({ text: SET_AGENT, values: [agent, most] });
  const body = { limits: JSON.stringify({ ...named, ...(change.agents ? { agents } : {}) }) };
  await append(tx, tenant, { kind: 'intake.limits-set', subject: tenant, run: null, actor: null, body });
}
