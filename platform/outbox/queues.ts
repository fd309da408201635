import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { TOPICS, type Topic } from './outbox-store.ts';

/** A row as the dispatcher may see it: ids and times, never the payload. */
export interface RoutedRow {
  readonly tenant: string;
  readonly id: number;
  readonly topic: Topic;
  readonly key: string;
  readonly attempts: number;
}

/** What a job carries; the payload stays in Postgres under row-level security. */
export interface JobData {
  readonly tenant: string;
  readonly id: number;
}

/** One id per row, so that a row is on its queue once; a run's is the run's id. BullMQ forbids ":" in it. */
export const jobIdOf = (row: Pick<RoutedRow, 'topic' | 'tenant' | 'id' | 'key'>): string =>
  row.topic === 'intake' ? row.key : `${row.topic}-${row.tenant}-${row.id}`;

export type Queues = Readonly<Record<Topic, Queue<JobData>>>;

export function openQueues(connection: Redis, prefix?: string): Queues {
  const open = (topic: Topic) => {
    // The outbox row is the record and the retry: a job that ended, well or badly, leaves its id free.
    const queue = new Queue<JobData>(topic, {
      connection,
      ...(prefix ? { prefix } : {}),
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    });
    queue.on('error', () => {});
    return [topic, queue] as const;
  };
  return Object.fromEntries(TOPICS.map(open)) as Queues;
}

/**
 * Puts rows on their queues. A row that was queued before may have left a job behind, whose id BullMQ would
 * silently refuse: it is removed first; one that a worker holds right now is reported back as busy.
 */
export async function enqueue(queues: Queues, rows: readonly RoutedRow[]): Promise<RoutedRow[]> {
  const busy: RoutedRow[] = [];
  for (const row of rows.filter((r) => r.attempts > 1)) {
    const queue = queues[row.topic];
    const removed = await queue.remove(jobIdOf(row));
    if (!removed && (await queue.getJob(jobIdOf(row)))) busy.push(row);
  }
  for (const topic of TOPICS) {
    const mine = rows.filter((r) => r.topic === topic && !busy.includes(r));
    if (mine.length === 0) continue;
    await queues[topic].addBulk(
      mine.map((r) => ({ name: topic, data: { tenant: r.tenant, id: r.id }, opts: { jobId: jobIdOf(r) } })),
    );
  }
  return busy;
}
