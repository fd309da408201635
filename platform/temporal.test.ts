import { expect, test } from 'vitest';
import { createSealer, newEncryptionKey } from './seal.ts';
import { createPayloadCodec } from './temporal.ts';

const json = (value: unknown) => ({
  metadata: { encoding: new TextEncoder().encode('json/plain') },
  data: new TextEncoder().encode(JSON.stringify(value)),
});

test('a payload comes back as it went, and its wire form shows nothing of it', async () => {
  const codec = createPayloadCodec(newEncryptionKey());
  const payload = json({ claim: 'CLM-0847', payee: 'Dana Whitfield' });
  const [sealed] = await codec.encode([payload]);
  expect(Buffer.from(sealed?.data ?? []).toString('latin1')).not.toContain('Whitfield');
  expect(new TextDecoder().decode(sealed?.metadata?.['encoding'] ?? undefined)).toBe('binary/encrypted');
  const [opened] = await codec.decode(sealed ? [sealed] : []);
  expect(Buffer.from(opened?.data ?? []).toString()).toBe(Buffer.from(payload.data).toString());
  expect(Buffer.from(opened?.metadata?.['encoding'] ?? []).toString()).toBe('json/plain');
});

test('another key, a changed byte or another row opens nothing', () => {
  const sealer = createSealer(newEncryptionKey());
  const sealed = sealer.seal(Buffer.from('for one row'), 'harbour-mutual/a');
  expect(sealer.open(sealed, 'harbour-mutual/a').toString()).toBe('for one row');
  expect(() => sealer.open(sealed, 'other-tenant/a')).toThrow();
  expect(() => createSealer(newEncryptionKey()).open(sealed, 'harbour-mutual/a')).toThrow(/another key/);
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
    expect(() => sealer.open(changed, 'harbour-mutual/a')).toThrow();
  }
});

test('a key of the wrong length is refused without being shown', () => {
  expect(() => createSealer('c2hvcnQ=')).toThrow(/32 bytes/);
});
