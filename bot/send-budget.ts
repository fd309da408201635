import type { Redis } from 'ioredis';

/** What a chat lets us do: `perMinute` calls of a method in one workspace, and in one conversation. */
export interface Allowance {
  readonly workspacePerMinute: number;
  readonly conversationPerMinute: number;
}

export type Method = 'post' | 'update' | 'find' | 'publish';

/**
 * Slack: about one message a second and channel; chat.update is tier 3 (50+ a minute), history tier 3, views.publish tier 4 (100+)
 * (https://docs.slack.dev/apis/web-api/rate-limits). Teams: 50 requests a second an app and tenant, 1,800 an hour and
 * thread (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit).
 */
export const ALLOWANCES: Readonly<Record<'slack' | 'teams', Readonly<Record<Method, Allowance>>>> = {
  slack: {
    post: { workspacePerMinute: 600, conversationPerMinute: 60 },
    update: { workspacePerMinute: 300, conversationPerMinute: 300 },
    find: { workspacePerMinute: 50, conversationPerMinute: 50 },
    publish: { workspacePerMinute: 100, conversationPerMinute: 30 },
  },
  teams: {
    post: { workspacePerMinute: 2_400, conversationPerMinute: 420 },
    update: { workspacePerMinute: 2_400, conversationPerMinute: 420 },
    find: { workspacePerMinute: 2_400, conversationPerMinute: 420 },
    publish: { workspacePerMinute: 2_400, conversationPerMinute: 420 },
  },
};

/**
 * Generic cell rate algorithm over several keys at once, by Redis's own clock: each key holds the time at which its
 * bucket is full again. Takes from all or from none. The last key is the hold that a Retry-After made. ARGV: per
 * bucket its interval and its burst in ms. Answers the wait in ms.
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
if wait > 0 then return math.ceil(wait) end
for i = 1, #KEYS - 1 do
  redis.call('SET', KEYS[i], string.format('%.3f', full[i]), 'PX', math.ceil(full[i] - now) + 1000)
end
return 0`;

export interface Spend {
  readonly platform: 'slack' | 'teams';
  readonly method: Method;
  readonly workspace: string;
  readonly conversation: string;
}

export interface SendBudget {
  /** 0: go ahead, it is counted. Else the wait in ms after which to ask again. */
  take(spend: Spend): Promise<number>;
  /** The chat said Retry-After: nobody uses this method in this workspace before that, in any process. */
  hold(spend: Spend, forMs: number): Promise<void>;
}

/** One budget for all bot processes, in Redis. */
export function createSendBudget(redis: Redis, prefix = 'countersign'): SendBudget {
  const keyOf = ({ platform, method, workspace }: Spend): string =>
    `${prefix}:send:{${platform}:${workspace}}:${method}`;
  return {
    async take(spend) {
      const { workspacePerMinute, conversationPerMinute } = ALLOWANCES[spend.platform][spend.method];
      const key = keyOf(spend);
      const rates = [workspacePerMinute, conversationPerMinute].flatMap((perMinute) => {
        const intervalMs = 60_000 / perMinute;
        // A short burst is what the chats allow themselves.
        return [intervalMs, Math.max(intervalMs * 3, 1_000)];
      });
      return Number(
        await redis.eval(TAKE, 3, key, `${key}:in:${spend.conversation}`, `${key}:held`, ...rates),
      );
    },
    async hold(spend, forMs) {
      await redis.set(`${keyOf(spend)}:held`, '1', 'PX', Math.max(1, Math.ceil(forMs)));
    },
  };
}
