import type { TenantId } from '../../core/ids.ts';

/** Where checkpoints go so that the database's owner alone cannot take them back. */
export interface CheckpointPlace {
  /** What it is called in logs; no secret. */
  readonly name: string;
  /** Adds one and changes none. @throws CheckpointForkError when another of this size is there, or one beyond it */
  publish(tenant: TenantId, checkpoint: { readonly size: number; readonly note: string }): Promise<void>;
  /** The note over the most entries; null when there is none. @param from a size that was published before, to look from */
  newest(tenant: TenantId, from: number): Promise<string | null>;
  /** The notes that were published, by size. */
  read(tenant: TenantId): Promise<string[]>;
}

/** A ledger that does not continue what was published of it: one of the two is not what happened. */
export class CheckpointForkError extends Error {
  readonly code = 'checkpoint_fork';
  constructor(tenant: TenantId, size: number, published: number) {
    super(
      `the checkpoint of ${tenant} at ${size} entries does not follow the one published at ${published}: was an older copy of the database restored?`,
    );
  }
}

const DIGITS = 16;
const ENDING = '.checkpoint';

/** What a checkpoint over so many entries is called wherever it lies: names in order are sizes in order. */
export const checkpointName = (size: number): string => `${String(size).padStart(DIGITS, '0')}${ENDING}`;

/** Whether something that lies there is a checkpoint. */
export const isCheckpointName = (name: string): boolean => /^\d{16}\.checkpoint$/.test(name);

export const sizeOfName = (name: string): number => Number(name.slice(0, DIGITS));

/** Whether two notes state the same; a witness may have put its signature under one of them since. */
export const sayTheSame = (a: string, b: string): boolean =>
  a.includes('\n\n') && a.slice(0, a.indexOf('\n\n')) === b.slice(0, b.indexOf('\n\n'));
