import type { Redis } from 'ioredis';
import { takeFrom, type Bucket } from '../platform/rates.ts';

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
      const bucket = (name: string, perMinute: number): Bucket => {
        const intervalMs = 60_000 / perMinute;
        // A short burst is what the chats allow themselves.
        return { key: name, intervalMs, burstMs: Math.max(intervalMs * 3, 1_000) };
      };
      const conversation = `${key}:in:${spend.conversation}`;
      const buckets = [bucket(key, workspacePerMinute), bucket(conversation, conversationPerMinute)];
      return takeFrom(redis, buckets, `${key}:held`);
    },
    async hold(spend, forMs) {
      await redis.set(`${keyOf(spend)}:held`, '1', 'PX', Math.max(1, Math.ceil(forMs)));
    },
  };
}
