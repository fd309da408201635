import type { Log } from '../platform/log.ts';
import type { Stores } from '../platform/stores.ts';

/**
 * Keeps the cards of waiting runs true: the last word within moments of a run's beginning, the others now and then. Several
 * bots may do so at once; what one did, the next finds done.
 */
export function startKeepingLines(
  intake: Stores['intake'],
  log: Log,
  everyMs = 1_500,
): { close(): Promise<void> } {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      for (const tenant of await intake.tenants()) if (!closed) await intake.keepCards(tenant);
    } catch (error) {
      log.debug({ err: error }, 'cards of waiting runs could not be looked at just now');
    }
    if (!closed) timer = setTimeout(() => (looking = look()), everyMs);
  };
  timer = setTimeout(() => (looking = look()), everyMs);
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
