import type { PersonId } from '../../core/ids.ts';
import type { TenantTx } from '../database.ts';
import { whyNotWait } from '../intake/line-limits.ts';

/** A run that may not start now: its agent is paused or the company stopped. Nothing was recorded. */
export class RunRefusedError extends Error {
  readonly reason: 'agent_paused' | 'tenant_stopped';
  constructor(reason: RunRefusedError['reason']) {
    super(reason);
    this.name = 'RunRefusedError';
    this.reason = reason;
  }
}

const SWITCHES = `SELECT t.stopped, coalesce(s.paused, false) AS paused
  FROM tenants t LEFT JOIN agent_settings s ON s.tenant = t.tenant AND s.agent = $1`;

/** Asked under the ledger head's lock, which a pause takes as well. @throws RunRefusedError, LineFullError */
export async function whyNotStart(tx: TenantTx, agent: string, person: PersonId): Promise<void> {
  const now = await tx.row<{ stopped: boolean; paused: boolean }>({ text: SWITCHES, values: [agent] });
  if (now === null || now.stopped) throw new RunRefusedError('tenant_stopped');
  if (now.paused) throw new RunRefusedError('agent_paused');
  await whyNotWait(tx, person);
}
