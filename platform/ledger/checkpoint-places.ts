import { z } from 'zod';
import { openCheckpointBucket, type Bucket } from './checkpoint-bucket.ts';
import { openCheckpointFolder } from './checkpoint-folder.ts';
import type { CheckpointPlace } from './checkpoint-place.ts';

/** Seven years and the days between them. */
const KEPT_DAYS = 2_557;

const Address = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'names no bucket'),
  prefix: z.string().max(200),
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z.string().min(1).default('us-east-1'),
  lock: z.enum(['compliance', 'governance', 'none']).default('compliance'),
  days: z.coerce.number().int().min(1).max(36_500).default(KEPT_DAYS),
});

/** `s3:BUCKET/PREFIX?endpoint=...&region=...&lock=...&days=...`. @throws ZodError */
function readBucket(address: string): Bucket {
  const [path = '', query = ''] = address.replace(/^s3:(\/\/)?/, '').split('?');
  const [bucket, ...prefix] = path.split('/').filter((part) => part !== '');
  const given = Address.parse({
    bucket,
    prefix: prefix.join('/'),
    region: process.env['AWS_REGION'] || undefined,
    ...Object.fromEntries(new URLSearchParams(query)),
  });
  const locks = { compliance: 'COMPLIANCE', governance: 'GOVERNANCE', none: 'none' } as const;
  return { ...given, endpoint: given.endpoint, lock: locks[given.lock] };
}

/** The addresses in one text, with spaces or commas between; a folder's own name may hold both. */
export const splitPlaces = (text: string): string[] =>
  text.trim().split(/[\s,]+(?=(?:file|s3):)/).filter((one) => one !== ''); // prettier-ignore

/** Whether this is the address of a place. */
export function isPlace(address: string): boolean {
  if (/^file:.+$/.test(address)) return true;
  try {
    return address.startsWith('s3:') && readBucket(address).bucket !== '';
  } catch {
    return false;
  }
}

/** `file:FOLDER` or `s3:BUCKET/PREFIX`. @throws Error when it is neither */
export function openCheckpointPlace(address: string): CheckpointPlace {
  if (!isPlace(address)) throw new Error(`${address}: must be file:FOLDER or s3:BUCKET/PREFIX`);
  return address.startsWith('file:')
    ? openCheckpointFolder(address.slice('file:'.length))
    : openCheckpointBucket(readBucket(address));
}
