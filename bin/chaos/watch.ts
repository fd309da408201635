import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/open-stack.ts';
import { copiesBehind } from './books.ts';

export interface Watch {
  /** The victim is back: from here on the promise counts. */
  recovered(): void;
  /** @returns the longest that any card was behind its approval after the recovery, in ms */
  stop(): Promise<number>;
}

const LOOK_EVERY_MS = 250;

/** Looks, all through a round, which cards do not show yet what was decided. */
export function watchCards(stack: Stack): Watch {
  const behindSince = new Map<string, number>();
  let [recoveredAt, worst, over] = [Infinity, 0, false];
  const look = async (): Promise<void> => {
    const behind = await copiesBehind(stack);
    const now = Date.now();
    for (const copy of behind) if (!behindSince.has(copy)) behindSince.set(copy, now);
    for (const [copy, since] of behindSince) {
      worst = Math.max(worst, now - Math.max(since, recoveredAt));
      if (!behind.includes(copy)) behindSince.delete(copy);
    }
  };
  const watching = (async () => {
    // While Postgres is away nobody can say; a card that was behind before still counts from its own time.
    for (; !over; await sleep(LOOK_EVERY_MS)) await look().catch(() => {});
  })();
  return {
    recovered: () => void (recoveredAt = Date.now()),
    async stop() {
      over = true;
      await watching;
      return worst;
    },
  };
}
