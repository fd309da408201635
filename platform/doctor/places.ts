import type { JsonObject } from '../../core/canonical-json.ts';
import type { TenantId } from '../../core/ids.ts';
import { createPool, openDatabase } from '../database.ts';
import { createPeopleStore } from '../people-store.ts';
import type { Platform } from '../stores.ts';

/** What is known of a chat workspace. */
export interface Places {
  tenantOf(platform: Platform, workspace: string): Promise<TenantId | null>;
  settings(tenant: TenantId, platform: Platform, workspace: string): Promise<JsonObject>;
  /** Where the bot has been heard from, and so may write. */
  knows(tenant: TenantId, platform: Platform, workspace: string, conversation: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Read only, with the application's and the dispatcher's own rights. */
export function openPlaces(urls: { appUrl: string; dispatcherUrl: string }): Places {
  const db = openDatabase(urls.appUrl, { max: 1 });
  const router = createPool(urls.dispatcherUrl, { max: 1, application_name: 'countersign doctor' });
  const people = createPeopleStore(db, router);
  return {
    tenantOf: people.tenantOf,
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
    async close() {
      await db.close();
      await router.end();
    },
  };
}
