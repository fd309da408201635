import type { TenantId } from '../../core/ids.ts';
import type { Log } from '../log.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { WitnessAnswer, WitnessClient } from './witness-client.ts';

/** Asks witnesses to sign checkpoints. Nothing waits for them longer than a look may take. */
export interface Cosigning {
  /** The witnesses' ids. */
  readonly ids: readonly string[];
  /** One look: what these ledgers have come to is signed, as far as the witnesses answer in time. */
  look(tenants: readonly TenantId[]): Promise<void>;
}

export interface CosignOptions {
  readonly checkpoints: CheckpointStore;
  readonly witnesses: readonly WitnessClient[];
  readonly log: Log;
  /** How long one that did not sign is left alone. */
  readonly againAfterMs?: number;
}

const AGAIN_AFTER_MS = 30_000;
/** All witnesses and ledgers together: then checkpoints are published, with what there is. */
const LOOK_MS = 10_000;
const AT_ONCE = 8;

type Trouble = Exclude<WitnessAnswer, { is: 'signed' } | { is: 'elsewhere' }>;

const CODES = { fork: 'witness_fork', refused: 'witness_refused', away: 'witness_away' } as const;

/** A size that the witness says it signed and we never made: it saw another history, or more of this one than is here. */
const ahead = (theirs: number, ours: number): Trouble => ({
  is: 'fork',
  why: `it signed a checkpoint at ${theirs} entries, and this ledger is signed up to ${ours}: was an older copy of the database restored?`,
});

/** Asks for one ledger, oldest checkpoint first. Null: all of them are signed, or are behind what the witness signed. */
async function cosign(
  checkpoints: CheckpointStore,
  { witness, ask }: WitnessClient,
  tenant: TenantId,
  until: AbortSignal,
): Promise<Trouble | null> {
  let { signed: old, waiting } = await checkpoints.uncosigned(tenant, witness.id);
  for (let asked = 0; waiting.length > 0 && !until.aborted;) {
    const [next, ...rest] = waiting;
    if (next === undefined) break;
    const proof = await checkpoints.proveGrowth(tenant, old, next.size);
    const answer = await ask({ old, proof, note: next.note }, until);
    if (answer.is === 'signed') {
      const { line, signedAtMs } = answer;
      await checkpoints.keepCosignature(tenant, { size: next.size, witness: witness.id, line, signedAtMs });
      [old, waiting, asked] = [next.size, rest, 0];
    } else if (answer.is === 'elsewhere') {
      // It knows better what it signed, unless that is nothing of ours; one that keeps saying so is left alone.
      const { made } = await checkpoints.sizes(tenant);
      if (answer.size > made) return ahead(answer.size, made);
      asked += 1;
      if (asked > 2) return { is: 'refused', why: 'it keeps naming another size' };
      old = answer.size;
      waiting = waiting.filter(({ size }) => size >= old);
    } else return answer;
  }
  return null;
}

/** One per process; several processes may ask at once, and get the same signature or another of the same. */
export function createCosigning(options: CosignOptions): Cosigning {
  const { checkpoints, witnesses, log, againAfterMs = AGAIN_AFTER_MS } = options;
  /** Until when a witness, or a witness for one ledger, is left alone. */
  const rests = new Map<string, number>();
  const isResting = (key: string): boolean => (rests.get(key) ?? 0) > Date.now();

  async function one(client: WitnessClient, tenant: TenantId, until: AbortSignal): Promise<void> {
    const { id, name } = client.witness;
    if (isResting(id) || isResting(`${id} ${tenant}`) || until.aborted) return;
    const trouble = await cosign(checkpoints, client, tenant, until);
    if (trouble === null) return;
    // Away is away for every ledger; what it refuses, it refuses for this one.
    rests.set(trouble.is === 'away' ? id : `${id} ${tenant}`, Date.now() + againAfterMs);
    const said = { tenant, witness: name, code: CODES[trouble.is], why: trouble.why };
    if (trouble.is === 'away') log.warn(said, 'a witness is away: checkpoints are published without it');
    else log.error(said, 'a witness did not sign a checkpoint of the ledger');
  }

  return {
    ids: witnesses.map(({ witness }) => witness.id),
    async look(tenants) {
      const until = AbortSignal.timeout(LOOK_MS);
      const asks = witnesses.flatMap((client) => tenants.map((tenant) => ({ client, tenant })));
      for (let i = 0; i < asks.length; i += AT_ONCE)
        await Promise.all(
          asks
            .slice(i, i + AT_ONCE)
            .map(({ client, tenant }) =>
              one(client, tenant, until).catch((error: unknown) =>
                log.error(
                  { tenant, witness: client.witness.name, err: error },
                  'a witness could not be asked',
                ),
              ),
            ),
        );
    },
  };
}
