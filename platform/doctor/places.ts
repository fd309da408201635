import { readPolicy, createPolicyCache } from '../approvals/policies.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Person } from '../../core/people.ts';
import type { Policy } from '../../core/policy-types.ts';
import { createPool, openDatabase } from '../database.ts';
import { createPeopleStore } from '../people-store.ts';
import { openSecret, sealedTargets, viewTargets } from '../forwards/targets.ts';
import { createSealer } from '../seal.ts';
import type { Platform, TargetView } from '../stores.ts';

/** What is known of a chat workspace. */
export interface Places {
  tenantOf(platform: Platform, workspace: string): Promise<TenantId | null>;
  /** The tenants that were looked up and found so far. */
  found(): readonly TenantId[];
  settings(tenant: TenantId, platform: Platform, workspace: string): Promise<JsonObject>;
  /** Where the bot has been heard from, and so may write. */
  knows(tenant: TenantId, platform: Platform, workspace: string, conversation: string): Promise<boolean>;
  /** How many active people are linked to this workspace. */
  linked(tenant: TenantId, platform: Platform, workspace: string): Promise<number>;
  /** How far checkpoints go, how far a witness signed them, and how long the oldest after that has been waiting. */
  cosigned(
    tenant: TenantId,
    witness: string,
  ): Promise<{ readonly made: number; readonly signed: number; readonly waitingMs: number }>;
  everyone(tenant: TenantId): Promise<readonly Person[]>;
  /** Where incidents go beside the chats, and whether its secret opens with this key. */
  forwards(tenant: TenantId): Promise<readonly (TargetView & { readonly opens: boolean })[]>;
  /** The one in force. */
  policy(tenant: TenantId): Promise<Policy | null>;
  close(): Promise<void>;
}

const LINKED = `SELECT count(DISTINCT person)::int AS people FROM chat_identities JOIN people USING (tenant, person)
  WHERE platform = $1 AND workspace = $2 AND active AND kind = 'member'`;

const COSIGNED = `SELECT coalesce(max(c.size), 0) AS made, s.signed,
    coalesce((extract(epoch FROM now() - min(c.made_at) FILTER (WHERE c.size > s.signed)) * 1000)::bigint, 0) AS "waitingMs"
  FROM ledger_checkpoints c, (SELECT coalesce(max(size), 0) AS signed FROM ledger_cosignatures WHERE witness = $1) s
  WHERE c.size >= s.signed GROUP BY s.signed`;

/** Read only, with the application's and the dispatcher's own rights. */
export function openPlaces(urls: {
  appUrl: string;
  dispatcherUrl: string;
  encryptionKey?: string | null;
}): Places {
  const db = openDatabase(urls.appUrl, { max: 1 });
  const router = createPool(urls.dispatcherUrl, { max: 1, application_name: 'countersign doctor' });
  const people = createPeopleStore(db, router);
  const found = new Set<TenantId>();
  return {
    async tenantOf(platform, workspace) {
      const tenant = await people.tenantOf(platform, workspace);
      if (tenant !== null) found.add(tenant);
      return tenant;
    },
    found: () => [...found],
    async settings(tenant, platform, workspace) {
      const all = await people.workspaceSettings(tenant, platform);
      return all.find((row) => row.workspace === workspace)?.settings ?? {};
    },
    knows: (tenant, platform, workspace, conversation) =>
      db.inTenant(tenant, async (tx) => {
        const rows = await tx.rows({
          text: `SELECT 1 AS one FROM conversations WHERE platform = $1 AND workspace = $2 AND conversation = $3`,
          values: [platform, workspace, conversation],
        });
        return rows.length > 0;
      }),
    linked: (tenant, platform, workspace) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<{ people: number }>({ text: LINKED, values: [platform, workspace] });
        return row?.people ?? 0;
      }),
    cosigned: (tenant, witness) =>
      db.inTenant(tenant, async (tx) => {
        const row = await tx.row<{ made: number; signed: number; waitingMs: number }>({
          text: COSIGNED,
          values: [witness],
        });
        return row ?? { made: 0, signed: 0, waitingMs: 0 };
      }),
    forwards: (tenant) =>
      db.inTenant(tenant, async (tx) => {
        const sealed = await sealedTargets(tx);
        const sealer = urls.encryptionKey ? createSealer(urls.encryptionKey) : null;
        const opens = (target: string): boolean => {
          const one = sealed.find((each) => each.target === target);
          return sealer === null || one === undefined || openSecret(sealer, tenant, one) !== null;
        };
        return (await viewTargets(tx)).map((view) => ({ ...view, opens: opens(view.target) }));
      }),
    everyone: people.everyone,
    policy: (tenant) => db.inTenant(tenant, (tx) => readPolicy(tx, tenant, createPolicyCache())),
    async close() {
      await db.close();
      await router.end();
    },
  };
}
