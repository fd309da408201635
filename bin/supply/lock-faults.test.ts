import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lockFaults, type LockedPackage } from './lock-faults.ts';

const good: LockedPackage = { version: '1.0.0', integrity: 'sha512-x', license: 'MIT' };

test.each<[Partial<LockedPackage>, RegExp | null]>([
  [{}, null],
  [{ resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' }, null],
  [{ resolved: 'https://registry.npmjs.org.evil.example/a.tgz' }, /comes from/],
  [{ resolved: 'http://registry.npmjs.org/a.tgz' }, /comes from/],
  [{ resolved: 'git+ssh://git@github.com/a/a.git#1' }, /comes from/],
  [{ integrity: 'sha1-x' }, /no SHA-512/],
  [{ license: 'AGPL-3.0' }, /licence AGPL-3.0/],
  [{ hasInstallScript: true }, /wants to run a script/],
])('%j', (change, fault) => {
  const said = lockFaults({
    '': {},
    'node_modules/a': { ...good, ...change },
    'node_modules/b': { link: true },
  });
  if (fault === null) expect(said).toEqual([]);
  else expect(said).toEqual([expect.stringMatching(fault)]);
});

test('a package without bounds or a licence is two faults, and ours has none', () => {
  expect(lockFaults({ 'node_modules/a': {} })).toHaveLength(2);
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  expect(lockFaults(lock.packages)).toEqual([]);
});
