import type { RunId, TenantId } from '../../core/ids.ts';
import { chooseVersion } from '../../core/versions.ts';
import type { TenantTx } from '../database.ts';
import { append } from '../ledger/append.ts';
import type { NewRun } from '../stores.ts';
import { versionsNow, writeVersions } from './version-state.ts';

/** Another version is due than the one the run was made for: choose again. Nothing was recorded. */
export class VersionMovedError extends Error {
  constructor() {
    super('another version plays this run now');
    this.name = 'VersionMovedError';
  }
}

/**
 * Holds a new run to the version that is due for it now, and records how an agent's versions begin with its first run.
 * Under the ledger head's lock, so no run slips in behind a roll back. @throws VersionMovedError
 */
export async function holdToVersion(
  tx: TenantTx,
  tenant: TenantId,
  run: RunId,
  { agent: contract, environment, among }: NewRun,
): Promise<void> {
  if (among === undefined) return;
  const { known, key } = among;
  const agent = contract.name;
  const state = await versionsNow(tx, { agent, environment, known });
  if (state === null || chooseVersion(state, { tenant, agent, key }) !== contract.version)
    throw new VersionMovedError();
  if (state.revision > 0) return;
  const { active, next, percent, previous } = state;
  const to = { active, next, percent, previous };
  const nobody = { actor: null, approval: null };
  await append(
    tx,
    tenant,
    await writeVersions(tx, { place: { agent, environment }, from: state, to, why: 'begun', run, ...nobody }),
  );
}
