import { keepLooking } from '../platform/keep-looking.ts';
import type { Log } from '../platform/log.ts';
import type { FreshRights, IdentityStore, Stores } from '../platform/stores.ts';

interface Edges {
  readonly rights: FreshRights;
  readonly identity: Pick<IdentityStore, 'signersWaiting'>;
  readonly metrics: Pick<Stores['metrics'], 'tenants'>;
  readonly log: Log;
  readonly everyMs?: number;
}

/**
 * Reads directories where nobody clicks: of those who signed what is still to run, since workers judge them again and hold no
 * token for any directory; and now and then of everybody, so that who is asked rests on something.
 */
export const startKeepingRights = ({
  rights,
  identity,
  metrics,
  log,
  everyMs = 20_000,
}: Edges): {
  close(): Promise<void>;
} =>
  keepLooking(
    async (closing) => {
      for (const tenant of await metrics.tenants()) {
        if (closing.aborted) return;
        await rights.ofPeople(tenant, await identity.signersWaiting(tenant));
        await rights.ofEverybody(tenant);
      }
    },
    { everyMs, failed: (error) => log.debug({ err: error }, 'directories could not be looked at just now') },
  );
