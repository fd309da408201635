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
  /** 0: go ahead, it is counted. Else the wait in ms after which to ask again: its own turn among those who wait in this process. */
  take(spend: Spend): Promise<number>;
  /** Who comes new joins a line of those who wait here already, and is told its turn, without asking. 0: there is none so long. */
  lineUp(spend: Spend, beyondMs: number): number;
  /** The chat said Retry-After: nobody uses this method in this workspace before that, in any process. */
  hold(spend: Spend, forMs: number): Promise<void>;
}

/** Beyond this nobody is told a turn: outcomes may go first meanwhile, and what is old may need no sending any more. */
const LONGEST_MS = 60_000;
const MOST_LINES = 1_000;

/** Every line of this process. */
const allLines = new Set<Map<string, number>>();

/** For tests, which hurry what waits: as if each turn that was told had come. What comes early would only join its line again. */
export function endLines(): void {
  for (const nextAt of allLines) nextAt.clear();
}

/**
 * Turns of those who were refused, one for each, as far apart as the chat allows: told all the same wait, a thousand cards for one
 * channel came back each second for the one that could go, and the process had no time left for people.
 */
function createLines(clock: () => number, random: () => number) {
  const nextAt = new Map<string, number>();
  allLines.add(nextAt);
  return {
    /** In ms; 0 where nobody waits. */
    lengthOf: (name: string): number => Math.max(0, (nextAt.get(name) ?? 0) - clock()),
    join(name: string, intervalMs: number, waitMs: number): number {
      const now = clock();
      const at = Math.max(nextAt.get(name) ?? 0, now + waitMs);
      if (at - now > LONGEST_MS) return Math.ceil(Math.max(waitMs, LONGEST_MS * (0.5 + random() / 2)));
      if (nextAt.size > MOST_LINES) for (const [other, over] of nextAt) if (over <= now) nextAt.delete(other);
      nextAt.set(name, at + intervalMs);
      return Math.ceil(at - now);
    },
  };
}

/** One budget for all bot processes, in Redis. */
export function createSendBudget(
  redis: Redis,
  prefix = 'countersign',
  clock: () => number = Date.now,
  random: () => number = Math.random,
): SendBudget {
  const lines = createLines(clock, random);
  const keyOf = ({ platform, method, workspace }: Spend): string =>
    `${prefix}:send:{${platform}:${workspace}}:${method}`;
  const lineOf = (spend: Spend): string => `${keyOf(spend)}:in:${spend.conversation}`;
  const allowed = ({ platform, method }: Spend): Allowance => ALLOWANCES[platform][method];
  const apartMs = (spend: Spend): number => 60_000 / allowed(spend).conversationPerMinute;
  return {
    async take(spend) {
      const { workspacePerMinute, conversationPerMinute } = allowed(spend);
      const key = keyOf(spend);
      const bucket = (name: string, perMinute: number): Bucket => {
        const intervalMs = 60_000 / perMinute;
        // A short burst is what the chats allow themselves.
        return { key: name, intervalMs, burstMs: Math.max(intervalMs * 3, 1_000) };
      };
      const buckets = [bucket(key, workspacePerMinute), bucket(lineOf(spend), conversationPerMinute)];
      const waitMs = await takeFrom(redis, buckets, `${key}:held`);
      return waitMs === 0 ? 0 : lines.join(lineOf(spend), apartMs(spend), waitMs);
    },
    lineUp(spend, beyondMs) {
      return lines.lengthOf(lineOf(spend)) <= beyondMs ? 0 : lines.join(lineOf(spend), apartMs(spend), 0);
    },
    async hold(spend, forMs) {
      await redis.set(`${keyOf(spend)}:held`, '1', 'PX', Math.max(1, Math.ceil(forMs)));
    },
  };
}
