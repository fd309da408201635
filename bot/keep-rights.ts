import type { FreshRights } from '../platform/identity/fresh-rights.ts';
import type { Log } from '../platform/log.ts';
import type { Stores } from '../platform/stores.ts';
import type { IdentityStore } from '../platform/stores.ts';

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
export function startKeepingRights({ rights, identity, metrics, log, everyMs = 20_000 }: Edges): {
  close(): Promise<void>;
} {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      for (const tenant of await metrics.tenants()) {
        if (closed) return;
        await rights.ofPeople(tenant, await identity.signersWaiting(tenant));
        await rights.ofEverybody(tenant);
      }
    } catch (error) {
      log.debug({ err: error }, 'directories could not be looked at just now');
    }
    if (!closed) timer = setTimeout(() => (looking = look()), everyMs);
  };
  let looking = look();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
