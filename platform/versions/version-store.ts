import type { TenantId } from '../../core/ids.ts';
import { moveTo, type Moved, type VersionState } from '../../core/versions.ts';
import type { Database, TenantTx } from '../database.ts';
import { append, lockHead } from '../ledger/append.ts';
import type { VersionChange, VersionStore } from '../stores.ts';
import { inForceNow, versionsNow, writeVersions } from './version-state.ts';

type Why = Extract<Moved, { ok: false }>['why'];

const SENTENCE: Readonly<Record<Why, string>> = {
  'nothing-before': 'There was no version before.',
  'version-gone': 'The code has no such version.',
  'same-version': 'A version cannot have a share of its own runs.',
  'no-share': 'A share is a whole number of percent from 1 to 100, for a version that is named.',
};

/** What was to be set cannot be. Nothing was written. */
export class VersionRefusedError extends Error {
  readonly why: Why;
  constructor(why: Why) {
    super(SENTENCE[why]);
    this.name = 'VersionRefusedError';
    this.why = why;
  }
}

const isSame = (a: VersionState, b: Omit<VersionState, 'revision'>): boolean =>
  a.active === b.active && a.next === b.next && a.percent === b.percent;

/** Inside a transaction, for whoever has one. */
export async function setVersions(
  tx: TenantTx,
  tenant: TenantId,
  change: VersionChange,
): Promise<VersionState> {
  const { agent, environment, known, ...wanted } = change;
  await lockHead(tx, tenant);
  const from = await versionsNow(tx, change);
  if (from === null) throw new VersionRefusedError('version-gone');
  const moved = moveTo(from, wanted, known);
  if (!moved.ok) throw new VersionRefusedError(moved.why);
  if (from.revision > 0 && isSame(from, moved.to)) return from;
  const nobody = { actor: null, approval: null, run: null };
  const place = { agent, environment };
  const entry = await writeVersions(tx, { place, from, to: moved.to, why: 'set', ...nobody });
  await append(tx, tenant, entry);
  return { ...moved.to, revision: from.revision + 1 };
}

/** Which version of an agent plays new runs, in each company and environment. */
export const createVersionStore = (db: Database): VersionStore => ({
  read: (tenant, place) => db.inTenant(tenant, (tx) => versionsNow(tx, place)),
  inForce: (tenant) => db.inTenant(tenant, inForceNow),
  set: (tenant, change) => db.inTenant(tenant, (tx) => setVersions(tx, tenant, change)),
});
