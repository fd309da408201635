import type { Redis } from 'ioredis';
import type { Log } from '../platform/log.ts';
import { createBuckets, takeFrom, USUAL_RATES, type Bucket, type Rates } from '../platform/rates.ts';
import { within } from './deadline.ts';

/** Whose request it is, by what may be asked too often. */
export type Rated = Readonly<Partial<Record<keyof Rates, string>>>;

/** 0: go ahead, it is counted. Else the wait in ms after which to ask again. Without a tenant it is nobody's company's yet. */
export type RateLimit = (tenant: string | null, rated: Rated) => Promise<number>;

/** A minute's worth at once, then evenly. */
const BURST_MS = 60_000;
/** In the place of a tenant, where there is none; no tenant's name is like that. */
const NOBODYS = '@';
/** Longer than this nobody waits for a limit. */
const PATIENCE_MS = 250;

/**
 * One limit for all bot processes, in Redis, and one for this process alone in memory: when Redis is away or slow, which a
 * flood is a likely cause of, each process still holds the rate by itself. Nobody is turned away because Redis is.
 */
export function createRateLimit(
  redis: Redis,
  log: Log,
  rates = USUAL_RATES,
  prefix = 'countersign',
): RateLimit {
  const here = createBuckets();
  return async (tenant, rated) => {
    const wanted: Rated = tenant === null ? rated : { tenant, ...rated };
    const of = `${prefix}:rate:{${tenant ?? NOBODYS}}`;
    const buckets = (Object.keys(wanted) as (keyof Rates)[]).map((kind): Bucket => ({
      key: `${of}:${kind}:${wanted[kind]}`,
      intervalMs: 60_000 / rates[kind],
      burstMs: BURST_MS,
    }));
    const wait = here(buckets, performance.now());
    if (wait > 0) return wait;
    try {
      return (await within(takeFrom(redis, buckets, `${of}:held`), PATIENCE_MS)) ?? 0;
    } catch (error) {
      log.warn({ err: error }, 'rates could not be counted for all processes; this one counts alone');
      return 0;
    }
  };
}

export const NO_RATE_LIMIT: RateLimit = () => Promise.resolve(0);
