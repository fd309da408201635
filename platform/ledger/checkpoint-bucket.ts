import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
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

export interface Bucket {
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** `none`: the bucket locks by a rule of its own, or not at all. */
  readonly lock: 'COMPLIANCE' | 'GOVERNANCE' | 'none';
  readonly days: number;
}

const DAY_MS = 86_400_000;
/** A verification reads so many at most, spread evenly, the newest among them. */
const MOST_READ = 2_000;
const AT_ONCE = 16;

/** Errors of the SDK say so much that a look tells what they are. */
const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

function spread<T>(all: readonly T[], most: number): T[] {
  const every = Math.ceil(all.length / most);
  return all.filter((_, i) => (all.length - 1 - i) % every === 0);
}

/** The library is large, and only whoever publishes to a bucket waits for it. */
const loadLibrary = () => import('@aws-sdk/client-s3');
type Library = Awaited<ReturnType<typeof loadLibrary>>;

function connect({ S3Client }: Library, { endpoint, region }: Bucket): S3Client {
  return new S3Client({
    region,
    // other stores seldom have a name of its own for each bucket
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // a digest by the header that every store knows; object lock asks for one
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000 },
  });
}

/** One bucket, spoken to in our words. */
function createObjects(to: Bucket) {
  let opened: Promise<{ library: Library; client: S3Client }> | undefined;
  const open = () =>
    (opened ??= loadLibrary().then((library) => ({ library, client: connect(library, to) })));
  const { bucket: Bucket } = to;
  return {
    /** False: there is something by this name. */
    async add(Key: string, text: string): Promise<boolean> {
      const { library, client } = await open();
      const locked =
        to.lock === 'none'
          ? {}
          : { ObjectLockMode: to.lock, ObjectLockRetainUntilDate: new Date(Date.now() + to.days * DAY_MS) };
      const put = new library.PutObjectCommand({
        ...{ Bucket, Key, Body: text, ContentType: 'text/plain; charset=utf-8', IfNoneMatch: '*' },
        ...{ ContentMD5: createHash('md5').update(text).digest('base64'), ...locked },
      });
      try {
        await client.send(put);
        return true;
      } catch (error) {
        if (statusOf(error) !== 412) throw error;
        return false;
      }
    },
    async get(Key: string): Promise<string> {
      const { library, client } = await open();
      const { Body } = await client.send(new library.GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString('utf-8')) ?? '';
    },
    /** The keys that begin so, in order. */
    async keys(Prefix: string, after?: string): Promise<string[]> {
      const { library, client } = await open();
      const pages = library.paginateListObjectsV2(
        { client },
        { Bucket, Prefix, ...(after === undefined ? {} : { StartAfter: after }) },
      );
      const found: string[] = [];
      for await (const { Contents = [] } of pages) found.push(...Contents.map(({ Key = '' }) => Key));
      return found.filter((key) => {
        const name = key.slice(Prefix.length);
        return isCheckpointName(name) || isCosignatureName(name);
      });
    },
  };
}

/**
 * A bucket of S3 or of a store that speaks like it, best with object lock: one object a checkpoint, put only where there is
 * none, and kept from everybody's hands for as long as it is told. Keys come from where the SDK looks for them.
 */
export function openCheckpointBucket(to: Bucket): CheckpointPlace {
  const objects = createObjects(to);
  const checkpoints = async (folder: string, after?: string): Promise<string[]> =>
    (await objects.keys(folder, after)).filter((key) => isCheckpointName(key.slice(folder.length)));
  const folderOf = (tenant: TenantId): string =>
    [to.prefix, tenant, ''].filter((p, i) => p || i > 0).join('/');
  return {
    name: `s3:${to.bucket}${to.prefix && `/${to.prefix}`}`,
    async newest(tenant, from) {
      const folder = folderOf(tenant);
      const since = from > 0 ? await checkpoints(folder, `${folder}${checkpointName(from - 1)}`) : [];
      const last = since.at(-1) ?? (await checkpoints(folder)).at(-1);
      return last === undefined ? null : objects.get(last);
    },
    async publish(tenant, { size, note }) {
      const key = `${folderOf(tenant)}${checkpointName(size)}`;
      if (await objects.add(key, note)) return;
      if (!sayTheSame(await objects.get(key), note)) throw new CheckpointForkError(tenant, size, size);
    },
    async publishCosignature(tenant, cosignature) {
      const { size, line } = cosignature;
      if (bears(await objects.get(`${folderOf(tenant)}${checkpointName(size)}`), line)) return;
      await objects.add(`${folderOf(tenant)}${cosignatureName(cosignature)}`, `${line}\n`);
    },
    async read(tenant) {
      const folder = folderOf(tenant);
      const names = (await objects.keys(folder)).map((key) => key.slice(folder.length));
      const beside = names.filter(isCosignatureName);
      const chosen = spread(names.filter(isCheckpointName), MOST_READ);
      const readOne = async (name: string): Promise<string> => {
        const own = beside.filter((one) => sizeOfName(one) === sizeOfName(name));
        const [note = '', ...lines] = await Promise.all(
          [name, ...own].map((one) => objects.get(`${folder}${one}`)),
        );
        return withLines(note, lines);
      };
      const notes: string[] = [];
      for (let i = 0; i < chosen.length; i += AT_ONCE)
        notes.push(...(await Promise.all(chosen.slice(i, i + AT_ONCE).map(readOne))));
      return notes;
    },
  };
}
