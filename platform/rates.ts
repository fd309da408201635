import type { Redis } from 'ioredis';

/** How many requests a minute; what waits and works in line has limits of its own (`core/intake`). */
export interface Rates {
  readonly person: number;
  readonly token: number;
  readonly tenant: number;
  /** Runs asked for of one agent in one company. */
  readonly agent: number;
  /** Openings of the page behind a link, from one address: nobody is anybody's there before the link was found. */
  readonly address: number;
}

/** Far above what people do, and far below what harms others: the busiest hour that is measured has 100 a minute in all. */
export const USUAL_RATES: Rates = { person: 120, token: 300, tenant: 3_000, agent: 1_200, address: 60 };

/** Takes from all buckets or from none, by Redis's own clock. */
export interface Bucket {
  readonly key: string;
  readonly intervalMs: number;
  /** How far ahead of its rate it may run. */
  readonly burstMs: number;
}

/** In ms: what is less is the rounding of clocks, or a bucket of one request would now and then be empty from the start. */
const ROUNDING = 0.001;

/**
 * Generic cell rate algorithm over several keys at once: each key holds the time at which its bucket is full again. The
 * last key holds everybody off while it is there. ARGV: per bucket its interval and its burst in ms. Answers the wait in ms.
 */
const TAKE = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local wait = math.max(0, redis.call('PTTL', KEYS[#KEYS]))
local full = {}
for i = 1, #KEYS - 1 do
  local interval = tonumber(ARGV[2 * i - 1])
  local burst = tonumber(ARGV[2 * i])
  full[i] = math.max(tonumber(redis.call('GET', KEYS[i]) or 0), now) + interval
  wait = math.max(wait, full[i] - burst - now)
end
if wait > ${ROUNDING} then return math.ceil(wait) end
for i = 1, #KEYS - 1 do
  redis.call('SET', KEYS[i], string.format('%.3f', full[i]), 'PX', math.ceil(full[i] - now) + 1000)
end
return 0`;

/** 0: taken from all. Else the wait in ms, and nothing was taken. */
export async function takeFrom(redis: Redis, buckets: readonly Bucket[], hold: string): Promise<number> {
  const keys = [...buckets.map(({ key }) => key), hold];
  const rates = buckets.flatMap(({ intervalMs, burstMs }) => [intervalMs, burstMs]);
  return Number(await redis.eval(TAKE, keys.length, ...keys, ...rates));
}

/** Beyond this many, buckets that are full again are forgotten. */
const REMEMBERED = 10_000;

/**
 * The same rule in the memory of one process: takes from all buckets or from none, by the clock it is given (ms). Answers
 * the wait in ms, 0 when all were taken from.
 */
export function createBuckets(): (buckets: readonly Bucket[], now: number) => number {
  const fullAt = new Map<string, number>();
  return (buckets, now) => {
    const full = buckets.map(({ key, intervalMs }) => Math.max(fullAt.get(key) ?? 0, now) + intervalMs);
    const wait = Math.max(...full.map((at, n) => at - (buckets[n]?.burstMs ?? 0) - now));
    if (wait > ROUNDING) return Math.ceil(wait);
    if (fullAt.size > REMEMBERED) for (const [key, at] of fullAt) if (at <= now) fullAt.delete(key);
    buckets.forEach(({ key }, n) => fullAt.set(key, full[n] ?? now));
    return 0;
  };
}
