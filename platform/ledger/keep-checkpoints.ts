import type { TenantId } from '../../core/ids.ts';
import { sameHash } from '../../core/merkle/hashes.ts';
import { keepLooking } from '../keep-looking.ts';
import type { Log } from '../log.ts';
import { CheckpointForkError, type CheckpointPlace } from './checkpoint-place.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { Cosigning } from './cosign.ts';
import type { KeptCosignature } from './cosignature.ts';
import { readHead, type NoteSigner } from './note.ts';

const LOOK_EVERY_MS = 5_000;

export interface KeepOptions {
  readonly checkpoints: CheckpointStore;
  readonly signer: NoteSigner;
  /** None: they stay in the database, and whoever owns that can take them back. */
  readonly places: readonly CheckpointPlace[];
  /** Who is asked to sign them too. */
  readonly cosigning?: Cosigning;
  readonly log: Log;
  readonly everyMs?: number;
}

/**
 * Brings one place up to what there is, if what lies there is a beginning of it. Returns the size that it has now.
 * @throws CheckpointForkError when this ledger does not continue what lies there
 */
async function publishTo(
  { checkpoints }: KeepOptions,
  place: CheckpointPlace,
  tenant: TenantId,
  cosignatures: readonly KeptCosignature[],
): Promise<number> {
  const from = (await checkpoints.sizes(tenant)).published;
  const there = readHead((await place.newest(tenant, from)) ?? '');
  let reached = there?.size ?? 0;
  // Read after what lies there: nothing lies anywhere that was not in the database before.
  const { made } = await checkpoints.sizes(tenant);
  if (there !== null) {
    const follows = there.size <= made && sameHash(there.root, await checkpoints.rootAt(tenant, there.size));
    if (!follows) throw new CheckpointForkError(tenant, made, there.size);
  }
  for (const checkpoint of await checkpoints.after(tenant, reached)) {
    await place.publish(tenant, checkpoint);
    reached = checkpoint.size;
  }
  for (const one of cosignatures) if (one.size <= reached) await place.publishCosignature(tenant, one);
  return reached;
}

/** Publishes what one ledger has come to. A place that fails is tried again at the next look; the others go on. */
async function publishOne(options: KeepOptions, tenant: TenantId): Promise<void> {
  const { checkpoints, places, log } = options;
  await checkpoints
    .postDaily(tenant)
    .catch((error: unknown) => log.error({ tenant, err: error }, 'a checkpoint was not told in chat'));
  if (places.length === 0) return;
  const cosignatures = await checkpoints.unpublishedCosignatures(tenant);
  const { published, made } = await checkpoints.sizes(tenant);
  // due for a witness alone: nothing is to be put anywhere
  if (published === made && cosignatures.length === 0) return;
  const reached = await Promise.all(
    places.map((place) =>
      publishTo(options, place, tenant, cosignatures).catch((error: unknown) => {
        // A fork: an older copy of the database is at work, or somebody rewrote it. Nothing mends that but people.
        if (error instanceof CheckpointForkError)
          log.error({ tenant, place: place.name, code: error.code }, error.message);
        else
          log.error(
            { tenant, place: place.name, err: error },
            'a checkpoint of the ledger was not published',
          );
        return 0;
      }),
    ),
  );
  const everywhere = Math.min(...reached);
  await checkpoints.markPublished(tenant, everywhere);
  const lying = cosignatures.filter(({ size }) => size <= everywhere);
  if (lying.length > 0) await checkpoints.markCosignaturesPublished(tenant, lying);
}

/**
 * One look at every ledger that a checkpoint is due for: all are signed, then witnesses are asked for as long as that may take,
 * then it is published with what there is.
 */
export async function keepDue(options: KeepOptions): Promise<void> {
  const { checkpoints, signer, places, cosigning, log } = options;
  const due = await checkpoints.due({ unpublished: places.length > 0, witnesses: cosigning?.ids ?? [] });
  const signed: TenantId[] = [];
  const failed = (tenant: TenantId) => (error: unknown) =>
    log.error({ tenant, err: error }, 'a checkpoint of the ledger could not be made or published');
  for (const { tenant, grown } of due)
    await Promise.resolve(grown ? checkpoints.make(tenant, signer) : null).then(
      () => signed.push(tenant),
      failed(tenant),
    );
  await cosigning?.look(signed);
  for (const tenant of signed) await publishOne(options, tenant).catch(failed(tenant));
}

/**
 * Makes checkpoints for as long as the process lives: within 60 s of an entry, and within 5 s of the thousandth since the
 * last. Several processes may do so; one at a time does it for a tenant.
 */
export function keepCheckpoints(options: KeepOptions): { close(): Promise<void> } {
  const { log, everyMs = LOOK_EVERY_MS } = options;
  return keepLooking(() => keepDue(options), {
    everyMs,
    failed: (error) => log.error({ err: error }, 'it could not be looked which ledgers want a checkpoint'),
  });
}
