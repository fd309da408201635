import type { Log } from '../log.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

const A_DAY_MS = 24 * 3_600_000;

/** Makes the ledger's parts of the months to come, now and every day; what fails is tried tomorrow, and three months are ahead. */
export function keepMonths(checkpoints: Pick<CheckpointStore, 'makeMonths'>, log: Log): { close(): void } {
  const look = (): void =>
    void checkpoints
      .makeMonths()
      .catch((error: unknown) => log.error({ err: error }, 'the ledger’s parts for the months to come'));
  look();
  const timer = setInterval(look, A_DAY_MS);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
