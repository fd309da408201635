import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantId } from '../../core/ids.ts';
import {
  CheckpointForkError,
  checkpointName,
  isCheckpointName,
  sayTheSame,
  sizeOfName,
  type CheckpointPlace,
} from './checkpoint-place.ts';

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
    return names.filter(isCheckpointName).sort();
  };
  const readOne = (tenant: TenantId, name: string): Promise<string> =>
    readFile(join(folderOf(tenant), name), 'utf8');
  return {
    name: `file:${folder}`,
    async newest(tenant) {
      const last = (await namesIn(tenant)).at(-1);
      return last === undefined ? null : readOne(tenant, last);
    },
    async publish(tenant, { size, note }) {
      const dir = folderOf(tenant);
      await mkdir(dir, { recursive: true });
      const called = checkpointName(size);
      const names = await namesIn(tenant);
      // another process was quicker
      if (names.includes(called) && sayTheSame(await readOne(tenant, called), note)) return;
      const last = names.at(-1);
      if (last !== undefined && last > called) throw new CheckpointForkError(tenant, size, sizeOfName(last));
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
        if (!sayTheSame(await readFile(name, 'utf8'), note))
          throw new CheckpointForkError(tenant, size, size);
      } finally {
        await unlink(draft);
      }
    },
    async read(tenant) {
      const found = await namesIn(tenant);
      return Promise.all(found.map((name) => readOne(tenant, name)));
    },
  };
}
