import { Redis } from 'ioredis';
import type pg from 'pg';
import { endLines } from '../bot/send-budget.ts';
import { CHANNEL } from '../platform/outbox/wake.ts';
import { testEngines } from './engines.ts';

/**
 * In one statement, and so as of one instant: a row that is written between a copy's turn and its row's came before that turn,
 * found nothing to do and was done, and the card never came.
 */
const NOW = `WITH turns AS (UPDATE card_copies SET next_attempt_at = now() WHERE next_attempt_at > now() RETURNING copy)
  UPDATE outbox SET due_at = now() FROM (SELECT count(*) AS changed FROM turns) AS t WHERE t.changed >= 0 AND topic = 'deliver'
    AND done_at IS NULL AND enqueued_at IS NULL AND due_at > now() AND due_at < 'infinity';
  NOTIFY ${CHANNEL}`;

/** The hand of a clock, for tests that would otherwise wait. */
export interface Hurry {
  /**
   * What waits to be delivered goes on at once: a back-off, what is gathered for a moment, what a chat asked for with
   * Retry-After, and the turn in the budget of sendings. Nothing else is changed.
   */
  (): Promise<void>;
}

export function createHurry(superuser: pg.Client, queuePrefix: string): { hurry: Hurry; close(): void } {
  const redis = new Redis(testEngines().redisUrl, { lazyConnect: true });
  const hurry = async (): Promise<void> => {
    const turns = await redis.keys(`${queuePrefix}:send:*`);
    if (turns.length > 0) await redis.del(...turns);
    endLines();
    await superuser.query(NOW);
  };
  return { hurry, close: () => redis.disconnect() };
}
