import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantId } from '../../core/ids.ts';
import type { Log } from '../log.ts';
import { CheckpointForkError, type CheckpointPlace } from './checkpoint-folder.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { NoteSigner } from './note.ts';

const LOOK_EVERY_MS = 5_000;

export interface KeepOptions {
  readonly checkpoints: CheckpointStore;
  readonly signer: NoteSigner;
  /** Null: they stay in the database, and whoever owns that can take them back. */
  readonly place: CheckpointPlace | null;
  readonly log: Log;
  readonly everyMs?: number;
}

/** Signs and publishes what one ledger has come to. A publication that fails is tried again at the next look. */
async function keepOne({ checkpoints, signer, place, log }: KeepOptions, tenant: TenantId): Promise<void> {
  await checkpoints.make(tenant, signer);
  if (place === null) return;
  for (const checkpoint of await checkpoints.unpublished(tenant)) {
    try {
      await place.publish(tenant, checkpoint);
    } catch (error) {
      if (!(error instanceof CheckpointForkError)) throw error;
      // An older copy of the database is at work, or somebody rewrote it: nothing mends that but people.
      log.error({ tenant, size: checkpoint.size, code: error.code }, error.message);
      return;
    }
    await checkpoints.markPublished(tenant, checkpoint.size);
  }
}

/** One look at every ledger that a checkpoint is due for. */
export async function keepDue(options: KeepOptions): Promise<void> {
  const { checkpoints, place, log } = options;
  for (const tenant of await checkpoints.due({ unpublished: place !== null }))
    await keepOne(options, tenant).catch((error: unknown) =>
      log.error({ tenant, err: error }, 'a checkpoint of the ledger could not be made or published'),
    );
}

/**
 * Makes checkpoints for as long as the process lives: within 60 s of an entry, and within 5 s of the thousandth since the
 * last. Several processes may do so; one at a time does it for a tenant.
 */
export function keepCheckpoints(options: KeepOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  const loop = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await keepDue(options).catch((error: unknown) =>
        options.log.error({ err: error }, 'it could not be looked which ledgers want a checkpoint'),
      );
      await sleep(options.everyMs ?? LOOK_EVERY_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const running = loop();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
