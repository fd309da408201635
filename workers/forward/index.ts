import { nextTryInMs } from '../../core/forward/tries.ts';
import { ForwardId } from '../../core/ids.ts';
import type { Log } from '../../platform/log.ts';
import {
  startConsumer,
  type Handled,
  type OutboxRow,
  type OutboxStore,
} from '../../platform/outbox/index.ts';
import type { ForwardStore } from '../../platform/stores.ts';
import type { Post } from './egress.ts';
import { send } from './send.ts';

export interface Forwarding {
  readonly stores: { readonly forwards: ForwardStore; readonly outbox: OutboxStore };
  readonly post: Post;
  readonly log: Log;
  readonly nowMs?: () => number;
  readonly chance?: () => number;
}

/**
 * One row: one try of one thing that happened. What has to come before it, and what failed, come again; failures are counted
 * where they are told of, not by the outbox.
 */
export async function forwardRow(options: Forwarding, row: OutboxRow): Promise<Handled> {
  const { stores, post, log, nowMs = Date.now, chance = Math.random } = options;
  const forward = ForwardId.safeParse(row.payload['forward']);
  if (!forward.success) return { error: 'the payload names nothing to forward', useless: 'unreadable' };
  const { tenant } = row;
  const begun = await stores.forwards.begin(tenant, forward.data);
  if (begun === 'over') return 'done';
  if ('waitMs' in begun) return { error: 'its turn has not come', waits: true, retryInMs: begun.waitMs };
  const answer = await send(post, begun, nowMs());
  if (answer.taken) {
    await stores.forwards.taken(tenant, begun);
    return 'done';
  }
  const { kind } = begun;
  const retryInMs = nextTryInMs(kind, answer, begun.tries + 1, chance());
  await stores.forwards.untaken(tenant, begun, { ...answer, retryInMs });
  const { why, code } = answer;
  log.warn({ tenant, forward: forward.data, kind, why, code, retryInMs }, 'an incident was not taken');
  if (retryInMs === null) return 'done';
  return { error: `${kind}: ${why} ${code}`, waits: true, retryInMs };
}

/** Sends what happens to incidents to PagerDuty and webhooks, from the outbox. */
export function startForwarding(
  options: Forwarding & { readonly redisUrl: string; readonly prefix?: string },
): { close(): Promise<void> } {
  const { stores, log, redisUrl, prefix } = options;
  return startConsumer({
    ...{ topic: 'forward', redisUrl, outbox: stores.outbox, log, concurrency: 16 },
    ...(prefix ? { prefix } : {}),
    handle: (row) => forwardRow(options, row),
  });
}
