import type { TenantId } from '../core/ids.ts';
import type { Database } from './database.ts';
import type { SeenStore } from './stores.ts';

const FIRST_TIME = `INSERT INTO seen_requests (tenant, platform, key) VALUES (current_tenant(), $1, $2)
  ON CONFLICT DO NOTHING RETURNING key`;

/** Nobody waits for the disk: what is lost with a Postgres that dies within the second is that an answer was given. */
const FIRST_ANSWER = `WITH how AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
  INSERT INTO seen_requests (tenant, platform, key) SELECT current_tenant(), $1, $2 FROM how
  ON CONFLICT DO NOTHING RETURNING key`;

/** Remembers what a platform sent already, so that a request sent again acts once. */
export function createSeenStore(db: Database): SeenStore {
  const mark = (tenant: TenantId, name: string, text: string, values: readonly string[]): Promise<boolean> =>
    db.inTenant(tenant, async (tx) => (await tx.commitWith({ name, text, values })).length === 1);
  return {
    firstTime: (tenant, platform, key) => mark(tenant, 'first_time', FIRST_TIME, [platform, key]),
    firstAnswer: (tenant, platform, key) => mark(tenant, 'first_answer', FIRST_ANSWER, [platform, key]),
  };
}
