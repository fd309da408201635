import { Redis } from 'ioredis';
import { codeOf, note, ok, placeOf, skipped, wrong, type Finding } from './finding.ts';
import { FOUND, LINES } from './words.ts';

const field = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];

/** Redis's own codes stand at the beginning of its answers: WRONGPASS, NOAUTH, NOPERM. */
function whyNot(error: unknown, url: string): Finding {
  const answered = /^(WRONGPASS|NOAUTH|NOPERM)\b/.exec(error instanceof Error ? error.message : '')?.[1];
  if (answered) return wrong(LINES.redis, FOUND.redisNo(answered), FOUND.startIt('REDIS_URL'));
  return wrong(LINES.redis, FOUND.noAnswer(placeOf(url), codeOf(error)), FOUND.startIt('REDIS_URL'));
}

function judgeEviction(policy: string | undefined): Finding {
  if (policy === undefined) return note(LINES.eviction, FOUND.untold, FOUND.askProvider);
  return policy === 'noeviction'
    ? ok(LINES.eviction, FOUND.evictsNot)
    : wrong(LINES.eviction, FOUND.evicts(policy), FOUND.setNoEviction);
}

function judgePersistence(aof: string | undefined): Finding {
  if (aof === undefined) return note(LINES.persistence, FOUND.untold);
  return aof === '1'
    ? ok(LINES.persistence, FOUND.appends)
    : note(LINES.persistence, FOUND.appendsNot, FOUND.appendAdvice);
}

/** Reached, evicts nothing, keeps what it is told. */
export async function examineRedis(url: string | null): Promise<Finding[]> {
  if (url === null) return [skipped(LINES.redis, FOUND.unset('REDIS_URL'))];
  const redis = new Redis<'legacy'>(url, {
    ...{ lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0 },
    ...{ retryStrategy: () => null, connectTimeout: 5_000, connectionName: 'countersign doctor' },
  });
  // The command that fails says only that the connection is closed; why it is comes here.
  let first: unknown = null;
  redis.on('error', (error) => void (first ??= error));
  try {
    await redis.connect();
    const info = await redis.info();
    return [
      ok(LINES.redis, FOUND.version(field(info, 'redis_version') ?? '?', placeOf(url))),
      judgeEviction(field(info, 'maxmemory_policy')),
      judgePersistence(field(info, 'aof_enabled')),
    ];
  } catch (error) {
    return [whyNot(first ?? error, url)];
  } finally {
    redis.disconnect();
  }
}
