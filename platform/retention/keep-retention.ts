import { keepLooking } from '../keep-looking.ts';
import type { Log } from '../log.ts';
import type { RetentionStore } from './retention-store.ts';

const A_DAY_MS = 24 * 3_600_000;

export interface RetentionOptions {
  readonly retention: RetentionStore;
  /** Where months are exported to; null: nowhere, and they stay. */
  readonly archive: string | null;
  readonly log: Log;
}

/** One look at every company. What fails is tried at the next; the others go on. */
export async function retainDue({ retention, archive, log }: RetentionOptions): Promise<void> {
  for (const tenant of await retention.tenants())
    try {
      const done = await retention.retain(tenant, archive);
      if (done.kind === 'held') log.info({ tenant }, 'a legal hold stands: nothing old was dropped');
      if (done.kind !== 'done') continue;
      for (const { month, file, entries, digest } of done.months)
        log.info(
          { tenant, month, file, entries, digest },
          'a month of the ledger was exported and its bodies dropped',
        );
      if (done.reads > 0) log.info({ tenant, reads: done.reads }, 'old rows of who read what were dropped');
    } catch (error) {
      log.error({ tenant, err: error }, 'what is old could not be exported and dropped');
    }
}

/** Does so now and every day for as long as the process lives. Several may: one at a time does it for a company. */
export const keepRetention = (options: RetentionOptions): { close(): Promise<void> } =>
  keepLooking(() => retainDue(options), {
    everyMs: A_DAY_MS,
    failed: (error) => options.log.error({ err: error }, 'it could not be looked whose records are old'),
  });
