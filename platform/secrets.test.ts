import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createSecrets, SecretMissingError } from './secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('from the environment', () => {
  const secrets = createSecrets('env', { A: '1', EMPTY: '' });
  expect(secrets('A')).toBe('1');
  expect(() => secrets('EMPTY')).toThrow(SecretMissingError);
  expect(() => secrets('B')).toThrow(/B is not in the environment/);
});

test('from a file of either form, read anew so that a rotation counts', () => {
  const file = join(folder, 'secrets');
  writeFileSync(file, '# ours\nA=1=2\n\nB = two\n');
  const secrets = createSecrets(`file:${file}`, {});
  expect([secrets('A'), secrets('B')]).toEqual(['1=2', 'two']);
  writeFileSync(file, JSON.stringify({ A: 'rotated' }));
  expect(secrets('A')).toBe('rotated');
  expect(() => secrets('constructor')).toThrow(SecretMissingError);
});

test('another store is refused by name, never replaced by the environment', () => {
  expect(() => createSecrets('vault:https://vault', { A: '1' })).toThrow(/vault/);
});
