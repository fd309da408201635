import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TenantId } from '../../core/ids.ts';
import { checkpointText, createNoteSigner, ledgerOrigin, openCheckpoint, readVerifier } from './note.ts';

const pem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signer = createNoteSigner('countersign.example', pem());
const verifier = readVerifier(signer.verifierKey);
const HEAD = {
  origin: ledgerOrigin('countersign.example', 'harbour' as TenantId),
  size: 1_234_567,
  root: Uint8Array.from({ length: 32 }, (_, i) => i),
};
const note = signer.sign(checkpointText(HEAD));

/** The example of golang.org/x/mod/sumdb/note: PKCS#8 around its published seed. */
const NEUMANN = `-----BEGIN PRIVATE KEY-----\n${Buffer.concat([
  Buffer.from('302e020100300506032b657004220420', 'hex'),
  Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1),
]).toString('base64')}\n-----END PRIVATE KEY-----\n`;

test('a note is signed as the package that the format comes from signs it', () => {
  const neumann = createNoteSigner('PeterNeumann', NEUMANN);
  expect(neumann.verifierKey).toBe('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  expect(
    neumann.sign(
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
    ),
  ).toMatch(
    /\n\n\u2014 PeterNeumann x08go\/ZJkuBS9UG\/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n$/,
  );
});

describe('a checkpoint', () => {
  test('says what was signed, to whoever has the verifier key', () => {
    const opened = openCheckpoint(note, verifier);
    expect({ ...opened, root: Uint8Array.from(opened?.root ?? []) }).toEqual(HEAD);
  });

  test('may carry a witness’s signature beside ours', () => {
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    const witness = createNoteSigner('witness.example', pem());
    const both = note + witness.sign(text).slice(text.length + 1);
    expect(openCheckpoint(both, verifier)?.size).toBe(HEAD.size);
    expect(openCheckpoint(witness.sign(text), verifier)).toBeNull();
  });

  const [signed = '', line = ''] = note.split(/(?=\u2014)/);
  const [, , signature = ''] = line.trimEnd().split(' ');
  const bytes = Buffer.from(signature, 'base64');
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  const falseLine = line.replace(signature, bytes.toString('base64'));

  const changed: [string, string][] = [
    ['another size', note.replace('1234567', '1234568')],
    ['another origin', note.replace('harbour', 'harbours')],
    ['another root', note.replace('AAEC', 'AAED')],
    ['a line more', note.replace('\n\n', '\nmore\n\n')],
    ['no signature', note.slice(0, note.indexOf('\u2014'))],
    ['a bit of the signature changed', signed + falseLine],
    ['a hyphen for the dash', note.replace('\u2014', '-')],
    ['another’s signature under our name', createNoteSigner('countersign.example', pem()).sign(checkpointText(HEAD))],
    ['a second, false signature of ours', note + falseLine],
    ['nothing', ''],
    ['no end', note.slice(0, -1)],
  ]; // prettier-ignore
  test.each(changed)('with %s is none', (_, text) => {
    expect(text).not.toBe(note);
    expect(openCheckpoint(text, verifier)).toBeNull();
  });

  test.each([
    ['007', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='],
    ['-1', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='],
    ['9007199254740993', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='],
    ['7', 'AAECAw=='],
    ['7', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9='],
  ])('of size %s with root %s is none, whoever signed it', (size, root) => {
    expect(openCheckpoint(signer.sign(`o\n${size}\n${root}\n`), verifier)).toBeNull();
  });
});

test('a key that is none, or whose hint is another’s, is said to be so', () => {
  expect(() => readVerifier('countersign.example')).toThrow(/no verifier key/);
  const [name, , ...key] = signer.verifierKey.split('+');
  expect(() => readVerifier([name, '00000000', ...key].join('+'))).toThrow(/hint/);
  expect(() => createNoteSigner('two words', pem())).toThrow(/spaces/);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  expect(() => createNoteSigner('a', rsa.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow(
    /Ed25519/,
  );
});
