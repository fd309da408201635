import { Redis } from 'ioredis';

/** A connection for BullMQ: commands wait for a Redis that is away instead of failing (BullMQ asks for null). */
export function openRedis(url: string, options: { failFast?: boolean; name?: string } = {}): Redis {
  const redis = new Redis<'legacy'>(url, {
    maxRetriesPerRequest: options.failFast ? 1 : null,
    enableOfflineQueue: !options.failFast,
    retryStrategy: (times) => Math.min(times * 200, 2_000),
    connectionName: options.name ?? 'countersign',
    lazyConnect: false,
  });
  // ioredis reconnects by itself; readers learn of an absence from their own commands.
  redis.on('error', () => {});
  return redis;
}

/** BullMQ loses jobs when Redis may evict keys. Null when all is well, else a sentence. Nothing to say when Redis does not tell. */
export async function whyRedisIsUnfit(redis: Redis): Promise<string | null> {
  const info = await redis.info('memory');
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  if (!policy || policy === 'noeviction') return null;
  return `Redis evicts keys (maxmemory-policy ${policy}); set it to noeviction, or queued work can vanish.`;
}
