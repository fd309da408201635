import { Worker } from 'bullmq';
import { TenantId } from '../../core/ids.ts';
import type { Log } from '../log.ts';
import { openRedis } from '../redis.ts';
import { inSpan } from '../telemetry.ts';
import type { OutboxRow, OutboxStore, Topic } from './outbox-store.ts';
import type { JobData } from './queues.ts';

/** `done`: the effect is there. Else the row comes again, after `retryInMs` or after its usual back-off. */
export type Handled = 'done' | { readonly retryInMs?: number; readonly error: string };

export interface ConsumerOptions {
  readonly topic: Topic;
  readonly redisUrl: string;
  readonly outbox: OutboxStore;
  readonly log: Log;
  readonly concurrency?: number;
  readonly prefix?: string;
  /** May run twice for one row (at least once, never lost): the effect has to stand that. */
  readonly handle: (row: OutboxRow) => Promise<Handled>;
}

async function work(options: ConsumerOptions, { tenant: name, id }: JobData): Promise<void> {
  const { outbox, log, topic } = options;
  const tenant = TenantId.parse(name);
  const row = await outbox.claim(tenant, id);
  if (!row) return;
  const handled = await inSpan(`outbox ${topic}`, row.traceparent, () => options.handle(row)).catch(
    (error: unknown): Handled => {
      log.warn({ err: error, topic, tenant, id, attempts: row.attempts }, 'an outbox row did not work; it will be tried again');
      return { error: error instanceof Error ? error.message : String(error) };
    },
  ); // prettier-ignore
  if (handled === 'done') await outbox.confirm(tenant, id);
  else await outbox.fail(tenant, id, handled);
}

/**
 * What a process held when it died is taken up by another after at most two of these: the lock has to run out, then
 * BullMQ has to see it twice. A living process renews it twice in this time; a row that is handled twice does no harm.
 */
export const LOCK_MS = 6_000;

/** Consumes one topic: claims the row behind each job, handles it in its trace, confirms it or has it come again. */
export function startConsumer(options: ConsumerOptions): { close(): Promise<void> } {
  const redis = openRedis(options.redisUrl, { name: `countersign ${options.topic}` });
  const worker = new Worker<JobData>(options.topic, (job) => work(options, job.data), {
    connection: redis,
    concurrency: options.concurrency ?? 8,
    // A worker that dies is no fault of the job: it may stall as often as that happens.
    maxStalledCount: 100,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 2,
    ...(options.prefix ? { prefix: options.prefix } : {}),
  });
  // A job that throws (Postgres away) leaves its row open; the sweeper queues it again.
  worker.on('error', (error) => options.log.debug({ err: error, topic: options.topic }, 'queue error'));
  return {
    async close() {
      await worker.close();
      redis.disconnect();
    },
  };
}
