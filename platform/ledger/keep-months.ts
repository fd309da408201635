import { keepLooking } from '../keep-looking.ts';
import type { Log } from '../log.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

const A_DAY_MS = 24 * 3_600_000;

/** Makes the ledger's parts of the months to come, now and every day; what fails is tried tomorrow, and three months are ahead. */
export const keepMonths = (
  checkpoints: Pick<CheckpointStore, 'makeMonths'>,
  log: Log,
): { close(): Promise<void> } =>
  keepLooking(() => checkpoints.makeMonths(), {
    everyMs: A_DAY_MS,
    failed: (error) => log.error({ err: error }, 'the ledger’s parts for the months to come'),
  });
