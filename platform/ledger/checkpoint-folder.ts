import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantId } from '../../core/ids.ts';
import {
  bears,
  CheckpointForkError,
  checkpointName,
  cosignatureName,
  isCheckpointName,
  isCosignatureName,
  sayTheSame,
  sizeOfName,
  withLines,
  type CheckpointPlace,
} from './checkpoint-place.ts';

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Writes a file whole before it gets its name. False: there is one of that name. */
async function writeOnce(dir: string, called: string, text: string): Promise<boolean> {
  await mkdir(dir, { recursive: true });
  const draft = join(dir, `.${randomUUID()}`);
  const file = await open(draft, 'wx', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, join(dir, called));
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return false;
  } finally {
    await unlink(draft);
  }
}

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
    return names.sort();
  };
  const checkpointsIn = async (tenant: TenantId): Promise<string[]> =>
    (await namesIn(tenant)).filter(isCheckpointName);
  const readOne = (tenant: TenantId, name: string): Promise<string> =>
    readFile(join(folderOf(tenant), name), 'utf8');
  return {
    name: `file:${folder}`,
    async newest(tenant) {
      const last = (await checkpointsIn(tenant)).at(-1);
      return last === undefined ? null : readOne(tenant, last);
    },
    async publish(tenant, { size, note }) {
      const called = checkpointName(size);
      const names = await checkpointsIn(tenant);
      // another process was quicker
      if (names.includes(called) && sayTheSame(await readOne(tenant, called), note)) return;
      const last = names.at(-1);
      if (last !== undefined && last > called) throw new CheckpointForkError(tenant, size, sizeOfName(last));
      if (await writeOnce(folderOf(tenant), called, note)) return;
      if (!sayTheSame(await readOne(tenant, called), note)) throw new CheckpointForkError(tenant, size, size);
    },
    async publishCosignature(tenant, cosignature) {
      const { size, line } = cosignature;
      if (bears(await readOne(tenant, checkpointName(size)), line)) return;
      await writeOnce(folderOf(tenant), cosignatureName(cosignature), `${line}\n`);
    },
    async read(tenant) {
      const names = await namesIn(tenant);
      const beside = names.filter(isCosignatureName);
      return Promise.all(
        names.filter(isCheckpointName).map(async (name) => {
          const own = beside.filter((one) => sizeOfName(one) === sizeOfName(name));
          return withLines(
            await readOne(tenant, name),
            await Promise.all(own.map((one) => readOne(tenant, one))),
          );
        }),
      );
    },
  };
}
