import type { Database } from './database.ts';
import type { SeenStore } from './stores.ts';

/** Remembers what a platform sent already, so that a request sent again acts once. */
export function createSeenStore(db: Database): SeenStore {
  return {
    firstTime: (tenant, platform, key) =>
      db.inTenant(tenant, async (tx) => {
        const rows = await tx.commitWith({
          name: 'first_time',
          text: `INSERT INTO seen_requests (tenant, platform, key) VALUES (current_tenant(), $1, $2)
            ON CONFLICT DO NOTHING RETURNING key`,
          values: [platform, key],
        });
        return rows.length === 1;
      }),
  };
}
