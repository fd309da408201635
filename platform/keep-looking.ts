import { setTimeout as sleep } from 'node:timers/promises';

export interface Looking {
  readonly everyMs: number;
  /** Before the first look. */
  readonly afterMs?: number;
  /** A look that failed; the next one comes all the same. */
  readonly failed: (error: unknown) => void;
}

/**
 * Looks again and again for as long as the process lives, one look at a time. Closing waits for the one under way, which may
 * end early by the signal that it was given.
 */
export function keepLooking(
  look: (closing: AbortSignal) => Promise<unknown>,
  { everyMs, afterMs = 0, failed }: Looking,
): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const rest = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
  const loop = async (): Promise<void> => {
    if (afterMs > 0) await rest(afterMs);
    while (!signal.aborted) {
      await look(signal).catch(failed);
      await rest(everyMs);
    }
  };
  const running = loop();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
