import type { Client } from '@temporalio/client';
import type { Log } from '../../platform/log.ts';
import { startConsumer, type Handled, type OutboxStore } from '../../platform/outbox/index.ts';
import { waitingWhileAway } from './away.ts';
import { startRun } from './intake.ts';
import { sendSignal } from './signals.ts';

/** How long Temporal may take over one call before the row is put back; a click must not wait for a hung connection. */
const DEADLINE_MS = 10_000;

/** The queues that end in Temporal. While it is away their rows stay open and come again with back-off, however often. */
export function startQueues(options: {
  client: Client;
  outbox: OutboxStore;
  redisUrl: string;
  log: Log;
  prefix?: string;
}): { close(): Promise<void> } {
  const { client, ...rest } = options;
  const inTime = (work: () => Promise<Handled>): Promise<Handled> =>
    waitingWhileAway(() => client.withDeadline(Date.now() + DEADLINE_MS, work));
  const consumers = [
    startConsumer({
      ...rest,
      topic: 'intake',
      concurrency: 8,
      handle: (row) => inTime(() => startRun(client, row)),
    }),
    startConsumer({
      ...rest,
      topic: 'signals',
      concurrency: 64,
      handle: (row) => inTime(() => sendSignal(client, row)),
    }),
  ];
  return {
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.close()));
    },
  };
}
