/**
 * Slack's rate limits per method and workspace (https://docs.slack.dev/apis/web-api/rate-limits): tiers are calls a minute
 * with short bursts; posting is about one message a second and channel.
 */
interface Bucket {
  readonly perMinute: number;
  readonly burst: number;
}

const tier = (perMinute: number): Bucket => ({ perMinute, burst: perMinute });
const POSTING: Bucket = { perMinute: 60, burst: 5 };
const TIERS: Readonly<Record<string, Bucket>> = {
  'auth.test': tier(600),
  'chat.postEphemeral': tier(100),
  'chat.update': tier(50),
  'chat.delete': tier(50),
  'conversations.history': tier(50),
  'conversations.replies': tier(50),
  'conversations.info': tier(50),
  'conversations.open': tier(50),
  'conversations.list': tier(20),
  'conversations.members': tier(100),
  'usergroups.list': tier(20),
  'usergroups.users.list': tier(20),
  'users.info': tier(100),
  'users.list': tier(20),
  'users.lookupByEmail': tier(50),
  'views.open': tier(100),
  'views.push': tier(100),
  'views.update': tier(100),
  'views.publish': tier(100),
};

export interface Rates {
  /** Takes one call; null when it may go on, else the seconds for Retry-After. */
  take(method: string, channel: string | null): number | null;
  /** Off: nothing is limited (a load test of something else). */
  set(on: boolean): void;
}

export function createRates(now: () => number = Date.now): Rates {
  const levels = new Map<string, { left: number; atMs: number }>();
  let on = true;
  return {
    set: (value) => void (on = value),
    take(method, channel) {
      const posting = method === 'chat.postMessage';
      const bucket = posting ? POSTING : TIERS[method];
      if (!on || !bucket) return null;
      const key = posting ? `${method} ${channel ?? ''}` : method;
      const level = levels.get(key) ?? { left: bucket.burst, atMs: now() };
      const refilled = level.left + ((now() - level.atMs) / 60_000) * bucket.perMinute;
      const left = Math.min(bucket.burst, refilled);
      levels.set(key, { left: left >= 1 ? left - 1 : left, atMs: now() });
      return left >= 1 ? null : Math.max(1, Math.ceil(((1 - left) * 60) / bucket.perMinute));
    },
  };
}
