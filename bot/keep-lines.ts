import { keepLooking } from '../platform/keep-looking.ts';
import type { Log } from '../platform/log.ts';
import type { Stores } from '../platform/stores.ts';

/**
 * Keeps the cards of waiting runs true: the last word within moments of a run's beginning, the others now and then. Several
 * bots may do so at once; what one did, the next finds done.
 */
export const startKeepingLines = (
  intake: Stores['intake'],
  log: Log,
  everyMs = 1_500,
): { close(): Promise<void> } =>
  keepLooking(
    async (closing) => {
      for (const tenant of await intake.tenants()) if (!closing.aborted) await intake.keepCards(tenant);
    },
    {
      ...{ everyMs, afterMs: everyMs },
      failed: (error) => log.debug({ err: error }, 'cards of waiting runs could not be looked at just now'),
    },
  );
