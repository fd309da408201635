import type { Redis } from 'ioredis';
import type { Log } from '../platform/log.ts';
import { takeFrom, USUAL_RATES, type Bucket, type Rates } from '../platform/rates.ts';
import { within } from './deadline.ts';

/** Whose request it is, by what may be asked too often. */
export type Rated = Readonly<Partial<Record<keyof Rates, string>>>;

/** 0: go ahead, it is counted. Else the wait in ms after which to ask again; then nothing was counted. */
export type RateLimit = (tenant: string, rated: Rated) => Promise<number>;

/** A minute's worth at once, then evenly. */
const BURST_MS = 60_000;
/** Longer than this nobody waits for a limit. */
const PATIENCE_MS = 250;

/**
 * One limit for all bot processes, in Redis. Without Redis there is none: rights and the line's own limits are in Postgres,
 * and nobody is turned away because a counter is.
 */
export function createRateLimit(
  redis: Redis,
  log: Log,
  rates = USUAL_RATES,
  prefix = 'countersign',
): RateLimit {
  return async (tenant, rated) => {
    const wanted: Rated = { tenant, ...rated };
    const buckets = (Object.keys(wanted) as (keyof Rates)[]).map((kind): Bucket => ({
      key: `${prefix}:rate:{${tenant}}:${kind}:${wanted[kind]}`,
      intervalMs: 60_000 / rates[kind],
      burstMs: BURST_MS,
    }));
    try {
      return (await within(takeFrom(redis, buckets, `${prefix}:rate:{${tenant}}:held`), PATIENCE_MS)) ?? 0;
    } catch (error) {
      log.warn({ err: error }, 'rates could not be counted');
      return 0;
    }
  };
}

export const NO_RATE_LIMIT: RateLimit = () => Promise.resolve(0);
