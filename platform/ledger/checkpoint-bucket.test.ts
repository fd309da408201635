import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TenantId } from '../../core/ids.ts';
import { startLocalS3, type LocalS3 } from '../../test/local-s3.ts';
import { CheckpointForkError, type CheckpointPlace } from './checkpoint-place.ts';
import { isPlace, openCheckpointPlace, splitPlaces } from './checkpoint-places.ts';

const HARBOUR = 'harbour' as TenantId;
const noteOf = (size: number, root = 'root'): string => `us/ledger/harbour\n${size}\n${root}\n\n— us c2ln\n`;

let s3: LocalS3;
let place: CheckpointPlace;
const open = (): CheckpointPlace =>
  openCheckpointPlace(`s3:audit/ledgers?endpoint=${s3.url}&region=eu-central-1&days=10`);
beforeAll(async () => {
  s3 = await startLocalS3({ id: 'AKIATEST', secret: 'the secret' });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'the secret');
  place = open();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.close();
}); // prettier-ignore

describe('checkpoints in a bucket', () => {
  test('are put once, locked until their day, and read in order', async () => {
    expect(await place.newest(HARBOUR, 0)).toBeNull();
    for (const size of [9, 70, 100, 1_000, 12_000])
      await place.publish(HARBOUR, { size, note: noteOf(size) });
    expect([...s3.objects.keys()][0]).toBe('ledgers/harbour/0000000000000009.checkpoint');
    for (const { mode, until } of s3.objects.values()) {
      expect(mode).toBe('COMPLIANCE');
      expect(Math.round((Date.parse(until) - Date.now()) / 86_400_000)).toBe(10);
    }
    expect(await place.read(HARBOUR)).toEqual([9, 70, 100, 1_000, 12_000].map((size) => noteOf(size)));
    expect(await place.read('other' as TenantId)).toEqual([]);
    for (const from of [0, 100, 12_000, 99_999])
      expect(await place.newest(HARBOUR, from)).toBe(noteOf(12_000));
  });

  test('that say the same again change nothing, and another of one size is a fork', async () => {
    const cosigned = `${noteOf(100)}— witness d2l0\n`;
    await place.publish(HARBOUR, { size: 100, note: cosigned });
    expect(s3.objects.get('ledgers/harbour/0000000000000100.checkpoint')?.text).toBe(noteOf(100));
    const fork = place.publish(HARBOUR, { size: 100, note: noteOf(100, 'other') });
    await expect(fork).rejects.toThrow(CheckpointForkError);
  });

  test('wait a little for a store that is asked too often', async () => {
    s3.slowDown(1);
    await place.publish(HARBOUR, { size: 13_000, note: noteOf(13_000) });
    expect(await place.newest(HARBOUR, 13_000)).toBe(noteOf(13_000));
  });

  test('are not put by somebody with another key', async () => {
    expect(s3.forged()).toBe(0);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a guess');
    const other = open();
    await expect(other.publish(HARBOUR, { size: 15_000, note: noteOf(15_000) })).rejects.toThrow();
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'the secret');
    expect(s3.forged()).toBe(1);
    expect(s3.objects.has('ledgers/harbour/0000000000015000.checkpoint')).toBe(false);
  });
});

test('several places are told apart by how each begins', () => {
  expect(splitPlaces('file:/srv/my audit, box s3:audit/a?region=x, s3:other')).toEqual([
    'file:/srv/my audit, box',
    's3:audit/a?region=x',
    's3:other',
  ]);
  expect(splitPlaces('')).toEqual([]);
  for (const good of ['file:/a', 's3:audit', 's3://audit/x/', 's3:audit?lock=governance&days=30']) expect(isPlace(good)).toBe(true); // prettier-ignore
  for (const bad of ['file:', 's3:', 's3:UPPER', 's3:audit?days=0', 's3:audit?lock=maybe', 's3:audit?secret=x', '/a']) expect(isPlace(bad)).toBe(false); // prettier-ignore
});
