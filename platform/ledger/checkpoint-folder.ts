import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantId } from '../../core/ids.ts';

/** Where checkpoints go so that the database's owner alone cannot take them back. */
export interface CheckpointPlace {
  /** Adds one and changes none. @throws CheckpointForkError when another of this size is there, or one beyond it */
  publish(tenant: TenantId, checkpoint: { readonly size: number; readonly note: string }): Promise<void>;
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
const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/**
 * A folder, best one that the database's machine can add to and not change: one file a checkpoint, named by its size,
 * written whole before it gets its name, never overwritten.
 */
export function openCheckpointFolder(folder: string): CheckpointPlace {
  const folderOf = (tenant: TenantId): string => join(folder, tenant);
  const namesIn = async (tenant: TenantId): Promise<string[]> => {
    const names = await readdir(folderOf(tenant)).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    });
    return names.filter((name) => name.endsWith(ENDING) && !name.startsWith('.')).sort();
  };
  return {
    async publish(tenant, { size, note }) {
      const dir = folderOf(tenant);
      await mkdir(dir, { recursive: true });
      const called = `${String(size).padStart(DIGITS, '0')}${ENDING}`;
      const last = (await namesIn(tenant)).at(-1);
      if (last !== undefined && last > called)
        throw new CheckpointForkError(tenant, size, parseInt(last, 10));
      const name = join(dir, called);
      const draft = join(dir, `.${randomUUID()}`);
      const file = await open(draft, 'wx', 0o644);
      try {
        await file.writeFile(note);
        await file.sync();
      } finally {
        await file.close();
      }
      try {
        await link(draft, name);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        if ((await readFile(name, 'utf8')) !== note) throw new CheckpointForkError(tenant, size, size);
      } finally {
        await unlink(draft);
      }
    },
    async read(tenant) {
      const found = await namesIn(tenant);
      return Promise.all(found.map((name) => readFile(join(folderOf(tenant), name), 'utf8')));
    },
  };
}
