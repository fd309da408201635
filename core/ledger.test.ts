import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Sha256 } from './canonical-json.ts';
import type { TenantId } from './ids.ts';
import { brokenSentence } from './ledger-sentence.ts';
import {
  bodyCommitment,
  checkChain,
  entryHash,
  GENESIS,
  ledgerHeader,
  readHeader,
  type ChainEnds,
  type StoredEntry,
} from './ledger.ts';

const tenant = 'harbour-mutual' as TenantId;
const salt = (n: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (n * 31 + i) % 256);

function chainOf(bodies: readonly unknown[], of = tenant): { entries: StoredEntry[]; ends: ChainEnds } {
  let prev: Sha256 = GENESIS;
  const entries = bodies.map((content, i): StoredEntry => {
    const body = canonicalJson(content);
    const seq = i + 1;
    const kind = 'approval.signed';
    const subject = `apr_${i % 3}`;
    const header = ledgerHeader({
      tenant: of, seq, at: new Date(1_764_000_000_000 + i).toISOString(), kind, subject, actor: 'per_ADA',
      bodyCommitment: bodyCommitment(salt(seq), body), prev,
    }); // prettier-ignore
    prev = entryHash(header);
    return { seq, header, entryHash: prev, salt: salt(seq), body, kind, subject };
  });
  return { entries, ends: { tenant: of, head: { size: entries.length, hash: prev } } };
}

const bodies = fc.array(
  fc.record({ n: fc.nat(), text: fc.string({ unit: fc.constantFrom('a', 'é', ' ', '"', '漢') }) }),
  { minLength: 2, maxLength: 12 },
);

describe('an entry', () => {
  it('has the RFC 6962 leaf hash of its canonical header', () => {
    const { entries } = chainOf([{ a: 1 }]);
    const { header, entryHash: hash } = entries[0]!;
    expect(header).toBe(canonicalJson(JSON.parse(header)));
    expect(Object.keys(JSON.parse(header) as object)).toEqual([
      'actor',
      'at',
      'body',
      'kind',
      'prev',
      'seq',
      'subject',
      'tenant',
      'v',
    ]);
    expect(hash).toBe(
      createHash('sha256')
        .update(Buffer.concat([Buffer.of(0), Buffer.from(header)]))
        .digest('hex'),
    );
    // RFC 6962 test vector: the leaf hash of the empty leaf
    expect(entryHash('')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  });

  it('commits to its body by salt, so that a guess at an erased body cannot be checked', () => {
    expect(bodyCommitment(salt(1), '{}')).not.toBe(bodyCommitment(salt(2), '{}'));
    expect(bodyCommitment(salt(1), '{}')).toBe(
      createHash('sha256').update(salt(1)).update('{}').digest('hex'),
    );
    expect(() => bodyCommitment(new Uint8Array(15), '{}')).toThrow(RangeError);
  });

  it('refuses a header out of shape', () => {
    const good = {
      tenant,
      seq: 1,
      at: '2026-11-24T09:12:00.000Z',
      kind: 'k',
      subject: 's',
      actor: 'a',
      bodyCommitment: GENESIS,
      prev: GENESIS,
    };
    expect(() => ledgerHeader(good)).not.toThrow();
    for (const bad of [
      { seq: 0 },
      { at: '2026-11-24' },
      { prev: 'x' as Sha256 },
      { tenant: 'Not A Slug' as TenantId },
      { kind: '' },
    ])
      expect(() => ledgerHeader({ ...good, ...bad })).toThrow();
  });
});

describe('a chain', () => {
  it('holds as written, in part, and after bodies were erased', () => {
    fc.assert(
      fc.property(bodies, fc.nat(11), (list, cut) => {
        const { entries, ends } = chainOf(list);
        expect(checkChain(entries, ends)).toEqual({ ok: true, size: list.length, head: ends.head!.hash });
        const erased = entries.map((e, i) => (i === cut ? { ...e, body: null, salt: null } : e));
        expect(checkChain(erased, ends).ok).toBe(true);
        const from = entries[cut % list.length]!;
        expect(
          checkChain(entries.slice(from.seq), { ...ends, after: { seq: from.seq, hash: from.entryHash } }).ok,
        ).toBe(true);
      }),
    );
    expect(checkChain([], { tenant, head: { size: 0, hash: GENESIS } })).toEqual({
      ok: true,
      size: 0,
      head: GENESIS,
    });
  });

  type Tamper = (entries: StoredEntry[], i: number, j: number) => StoredEntry[];
  const edited = (
    entries: StoredEntry[],
    i: number,
    change: (e: StoredEntry) => StoredEntry,
  ): StoredEntry[] => entries.map((e, k) => (k === i ? change(e) : e));
  const rewrite = (e: StoredEntry, change: object): StoredEntry => {
    const header = canonicalJson({ ...(JSON.parse(e.header) as object), ...change });
    return { ...e, header, entryHash: entryHash(header) };
  };
  const TAMPERINGS: Readonly<Record<string, Tamper>> = {
    'an edited body': (list, i) => edited(list, i, (e) => ({ ...e, body: `${e.body} ` })),
    'another salt': (list, i) => edited(list, i, (e) => ({ ...e, salt: salt(99) })),
    'half a body': (list, i) => edited(list, i, (e) => ({ ...e, salt: null })),
    'an edited header': (list, i) => edited(list, i, (e) => ({ ...e, header: e.header.replace('per_ADA', 'per_BEN') })),
    'an edited header with a fitting hash': (list, i) => edited(list, i, (e) => rewrite(e, { actor: 'per_BEN' })),
    'a header in another form': (list, i) => edited(list, i, (e) => { const header = ` ${e.header}`; return { ...e, header, entryHash: entryHash(header) }; }),
    'an edited hash': (list, i) => edited(list, i, (e) => ({ ...e, entryHash: e.entryHash.replace(/^./, (c) => (c === '0' ? '1' : '0')) })),
    'an edited column': (list, i) => edited(list, i, (e) => ({ ...e, subject: 'apr_x' })),
    'another kind column': (list, i) => edited(list, i, (e) => ({ ...e, kind: 'approval.declined' })),
    'a dropped entry': (list, i) => list.filter((_, k) => k !== i),
    'a dropped entry, the rest renumbered': (list, i) => list.filter((_, k) => k !== i).map((e, k) => rewrite({ ...e, seq: k + 1 }, { seq: k + 1 })),
    'a doubled entry': (list, i) => [...list.slice(0, i + 1), ...list.slice(i)],
    'two swapped': (list, i, j) => { const s = [...list]; s[i] = list[j]!; s[j] = list[i]!; return s; },
    'a cut-off end': (list, i) => list.slice(0, i),
    'all gone': () => [],
    'an entry added at the end': (list) => { const last = list.at(-1)!; return [...list, rewrite({ ...last, seq: last.seq + 1 }, { seq: last.seq + 1, prev: last.entryHash })]; },
    'an entry of another tenant': (list, i) => { const other = chainOf(list.map((e) => JSON.parse(e.body!) as unknown), 'other-mutual' as TenantId).entries; return edited(list, i, () => other[i]!); },
  }; // prettier-ignore

  it.each(Object.keys(TAMPERINGS))('shows %s, wherever it is', (kind) => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.nat(), (list, a, b) => {
        const i = a % list.length;
        const j = (i + 1 + (b % (list.length - 1))) % list.length;
        const { entries, ends } = chainOf(list);
        const checked = checkChain(TAMPERINGS[kind]!(entries, i, j), ends);
        expect(checked.ok).toBe(false);
        if (checked.ok) return;
        expect(brokenSentence(checked.broken)).toMatch(/^(Entry #\d+ .+|The ledger does not end .+)\.$/);
        expect(brokenSentence(checked.broken, { language: 'de' })).toMatch(/Eintrag|Protokoll/);
      }),
    );
  });

  it('takes no header that is not in canonical form, however near to it, and any that is', () => {
    const canonical = (text: string): boolean => {
      try {
        return canonicalJson(JSON.parse(text)) === text;
      } catch {
        return false;
      }
    };
    const subjects = fc.oneof(fc.constantFrom('apr_1', 'Grüße', 'a"b', 'a\\b', '\u0301x', 'é'), fc.string({ minLength: 1 }));
    const [{ header } = { header: '' }] = chainOf([{ a: 1 }]).entries;
    fc.assert(
      fc.property(subjects, fc.nat(header.length), fc.nat(1), fc.string({ maxLength: 2 }), (subject, at, gone, put) => {
        const whole = header.replace('"apr_0"', () => JSON.stringify(subject));
        for (const text of [whole, whole.slice(0, at) + put + whole.slice(at + gone)]) {
          if (readHeader(text) !== null) expect(canonical(text)).toBe(true);
          expect(readHeader(whole) !== null).toBe(canonical(whole));
        }
      }),
      { numRuns: 2_000 },
    );
  }); // prettier-ignore

  it("needs the head to see a rewritten end: without one that is the verifier's to know", () => {
    const { entries, ends } = chainOf([{ a: 1 }, { a: 2 }]);
    expect(checkChain(entries.slice(0, 1), { tenant }).ok).toBe(true);
    expect(checkChain(entries.slice(0, 1), ends)).toMatchObject({ ok: false, seq: 2 });
  });
});
