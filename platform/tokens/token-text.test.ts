import { expect, test } from 'vitest';
import { TenantId } from '../../core/ids.ts';
import { newTokenText, readTokenText } from './token-text.ts';

const tenant = TenantId.parse('harbour-mutual');

test('a token names its company and is known by its hash alone', () => {
  const one = newTokenText(tenant);
  expect(readTokenText(one.text)).toEqual({ tenant, hash: one.hash });
  expect(one.text.startsWith(one.hint)).toBe(true);
  expect(one.text.length - one.hint.length).toBeGreaterThan(36);
  expect(newTokenText(tenant).hash).not.toBe(one.hash);
});

test.each(['', 'cs_', 'cs_harbour-mutual_short', 'xx_harbour-mutual_' + 'a'.repeat(43), 'cs_Harbour_' + 'a'.repeat(43), `cs_harbour-mutual_${'a'.repeat(43)}\n`, `cs_${'a'.repeat(60)}_${'a'.repeat(43)}`])(
  'is none: %j',
  (text) => expect(readTokenText(text)).toBeNull(),
); // prettier-ignore
