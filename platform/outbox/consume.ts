import { Worker, type Job } from 'bullmq';
import { TenantId } from '../../core/ids.ts';
import type { Log } from '../log.ts';
import { openRedis } from '../redis.ts';
import type { OutboxFailure } from '../dead-letters/park-row.ts';
import { inSpan } from '../telemetry.ts';
import type { OutboxRow, OutboxStore, Topic } from './outbox-store.ts';
import type { JobData } from './queues.ts';

/**
 * `done`: the effect is there. Else the row comes again, after `retryInMs` or after its usual back-off, until it has failed too
 * often or is `useless`: then it is a dead letter. What only `waits` has not failed.
 */
export type Handled = 'done' | OutboxFailure;

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

/** A deploy takes a job's worker away now and then; one that loses it this often is what kills it. */
const DEATHS_AT_MOST = 10;

async function work(
  options: ConsumerOptions,
  job: Pick<Job<JobData>, 'data' | 'stalledCounter'>,
): Promise<void> {
  const { outbox, log, topic } = options;
  const { id } = job.data;
  const tenant = TenantId.parse(job.data.tenant);
  const row = await outbox.claim(tenant, id);
  if (!row) return;
  if (job.stalledCounter >= DEATHS_AT_MOST) {
    log.error(
      { topic, tenant, id },
      'an outbox row has killed every worker that took it up; it is a dead letter now',
    );
    const error = `${job.stalledCounter} workers died of it`;
    return outbox.fail(tenant, id, { error, useless: 'kills-its-worker' });
  }
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
  const worker = new Worker<JobData>(options.topic, (job) => work(options, job), {
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
