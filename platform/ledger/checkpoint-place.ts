import type { TenantId } from '../../core/ids.ts';
import type { KeptCosignature } from './cosignature.ts';

/** Where checkpoints go so that the database's owner alone cannot take them back. */
export interface CheckpointPlace {
  /** What it is called in logs; no secret. */
  readonly name: string;
  /** Adds one and changes none. @throws CheckpointForkError when another of this size is there, or one beyond it */
  publish(tenant: TenantId, checkpoint: { readonly size: number; readonly note: string }): Promise<void>;
  /** Puts beside a published checkpoint what a witness signed under it since; once is enough. */
  publishCosignature(tenant: TenantId, cosignature: KeptCosignature): Promise<void>;
  /** The note over the most entries; null when there is none. @param from a size that was published before, to look from */
  newest(tenant: TenantId, from: number): Promise<string | null>;
  /** The notes that were published, by size, each with what witnesses signed under it. */
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

/** What a witness signed later lies beside the checkpoint, named by the witness's hint. */
export const cosignatureName = ({ size, witness }: Pick<KeptCosignature, 'size' | 'witness'>): string =>
  `${String(size).padStart(DIGITS, '0')}.${witness.slice(witness.lastIndexOf('+') + 1)}.cosignature`;

export const isCosignatureName = (name: string): boolean => /^\d{16}\.[0-9a-f]{8}\.cosignature$/.test(name);

/** Whether a note has this signature under it. */
export const bears = (note: string, line: string): boolean => note.includes(`\n${line}\n`);

/** A note with the signatures that lie beside it. */
export const withLines = (note: string, lines: readonly string[]): string =>
  lines
    .map((line) => line.trimEnd())
    .reduce((all, line) => (bears(all, line) ? all : `${all}${line}\n`), note);

/** Whether two notes state the same; a witness may have put its signature under one of them since. */
export const sayTheSame = (a: string, b: string): boolean =>
  a.includes('\n\n') && a.slice(0, a.indexOf('\n\n')) === b.slice(0, b.indexOf('\n\n'));
