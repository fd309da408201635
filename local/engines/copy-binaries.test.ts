import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyBinaries } from './postgres.ts';

test('a copy of the binaries outlives the checkout that it was made from, with its links', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-copy-'));
  const native = join(folder, 'checkout/native');
  mkdirSync(join(native, 'lib'), { recursive: true });
  writeFileSync(join(native, 'lib/libicu.so.60.2'), 'icu');
  symlinkSync('libicu.so.60.2', join(native, 'lib/libicu.so.60'));
  const links = [{ source: 'native/lib/libicu.so.60.2', target: 'native/lib/libicu.so' }];
  writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links));
  const target = join(folder, 'cache');
  copyBinaries(native, target);
  rmSync(join(folder, 'checkout'), { recursive: true });
  for (const name of ['libicu.so.60', 'libicu.so'])
    expect(readFileSync(join(target, 'native/lib', name), 'utf8')).toBe('icu');
  rmSync(folder, { recursive: true });
});
