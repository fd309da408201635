import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyCommitment, ledgerHeader } from '../../core/ledger.ts';
import type { PersonId, TenantId } from '../../core/ids.ts';
import { entryTexts } from './chain.ts';

const tenant = 'harbour' as TenantId;
const salt = new Uint8Array(32);
const at = '2026-11-24T09:12:00.000Z';
const prev = 'f'.repeat(64);

/** As NFC text without what a header cannot hold: what is odd in a subject is mended before, and not compared here. */
const word = (max: number) =>
  fc
    .oneof(fc.stringMatching(/^[ -~]{1,40}$/), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }))
    .map((text) => text.normalize('NFC').slice(0, max))
    .filter((text) => text !== '' && !/[\uD800-\uDFFF]/u.test(text) && !text.includes('\0'));

test('what the database puts together is the canonical header, whatever is quoted or accented in it', () => {
  fc.assert(
    fc.property(word(80), word(200), word(200), (kind, subject, actor) => {
      const entry = { kind, subject, run: null, actor: actor as PersonId, body: { kind } };
      const texts = entryTexts(tenant, entry, salt);
      const { beforeAt, beforePrev, beforeSeq, afterSeq } = texts;
      const commitment = bodyCommitment(salt, texts.body);
      expect(`${beforeAt}${at}${beforePrev}${prev}${beforeSeq}7${afterSeq}`).toBe(
        ledgerHeader({
          tenant,
          seq: 7,
          at,
          kind,
          subject,
          actor,
          bodyCommitment: commitment,
          prev: prev as typeof commitment,
        }),
      );
    }),
  );
});
