import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionDigest, type Action } from './action.ts';
import { canonicalJson, digestOf, NotCanonicalError, type Json, type JsonObject } from './canonical-json.ts';
import { parseStrictJson } from './strict-json.ts';

const why = (text: string): string => {
  try {
    parseStrictJson(text);
    return 'accepted';
  } catch (error) {
    if (error instanceof NotCanonicalError) return error.message;
    throw error;
  }
};

describe('attack 32: strict JSON', () => {
  it.each([
    ['{"a":1,"a":2}', 'a: is given twice'],
    ['{"a":1,"\\u0061":2}', 'a: is given twice'],
    ['{"x":[{"b":1,"c":{"b":2},"b":3}]}', 'b: is given twice'],
    ['{"__proto__":{"admin":true}}', '__proto__: is a key that is not allowed'],
    ['9007199254740993', 'the value: is an integer beyond 2^53; send it as a string'],
    ['{"n":-9007199254740992}', 'n: is an integer beyond 2^53; send it as a string'],
    ['1e400', 'the value: is not a finite number'],
    ['"\\ud800"', 'the value: holds half of a surrogate pair'],
    ['{"k":"cafe\u0301"}', 'k: is not in Unicode form NFC'],
    ['{"cafe\u0301":1}', '.cafe\u0301: is not in Unicode form NFC'],
    ['"a\\u0000b"', 'the value: holds the character NUL'],
    ['{"a":1', 'the value: is not JSON'],
    ['{"a\\x":1}', 'the value: is not JSON'],
    ['{a:1}', 'the value: is not JSON'],
    ['', 'the value: is not JSON'],
    ['NaN', 'the value: is not JSON'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'the value: is nested more than 64 deep'],
    ['['.repeat(200_000), 'the value: is nested more than 64 deep'],
    [`"${'a'.repeat(256 * 1024)}"`, 'the value: is longer than 262144 bytes'],
    [`"${'é'.repeat(140_000)}"`, 'the value: is longer than 262144 bytes'],
  ])('refuses %.40s', (text, expected) => expect(why(text)).toBe(expected));

  it.each([
    '{"a":{"k":1},"b":{"k":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":",","b":["a","b","a"]}',
    `${'['.repeat(64)}${']'.repeat(64)}`,
    '9007199254740991',
    '"\\u0000"'.replace('0000', '0001'),
    '{"":1}',
    'null',
  ])('takes %.40s', (text) => expect(parseStrictJson(text)).toEqual(JSON.parse(text)));

  it('reads whatever JSON.stringify writes, where that has one form', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        let canonical: string | null = null;
        try {
          canonical = canonicalJson(JSON.parse(text));
        } catch {
          expect(why(text)).not.toBe('accepted');
        }
        if (canonical !== null && !text.includes('\\u0000') && !text.includes('__proto__'))
          expect(canonicalJson(parseStrictJson(text))).toBe(canonical);
      }),
    );
  });

  it('refuses a string of any length without running out of stack', () => {
    expect(why(`{"a":"${'\\\\'.repeat(60_000)}","a":1}`)).toBe('a: is given twice');
  });
});

describe('attack 32: one digest a value', () => {
  const digest = (text: string): string => digestOf(parseStrictJson(text));
  it.each([
    ['{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['{"a":{"y":[1,2],"x":null}}', ' { "a" : { "x":null , "y":[ 1, 2 ] } } '],
    ['1', '1.0'],
    ['100', '1e2'],
    ['0', '-0'],
    ['0.1', '1e-1'],
    ['"é"', '"\\u00e9"'],
    ['"/"', '"\\/"'],
  ])('%s is %s', (a, b) => expect(digest(a)).toBe(digest(b)));

  it.each([
    ['1', '"1"'],
    ['[1,2]', '[2,1]'],
    ['{"a":null}', '{}'],
    ['"a"', '"A"'],
    ['"a"', '"\u0430"'],
    ['[]', '{}'],
    ['0.1', '0.10000000000000002'],
  ])('%s is not %s', (a, b) => expect(digest(a)).not.toBe(digest(b)));

  it('survives any order of keys', () => {
    const shuffled = (value: Json): Json =>
      Array.isArray(value) ? value.map(shuffled)
      : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).reverse().map(([k, v]) => [k, shuffled(v)]))
      : value; // prettier-ignore
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('a', 'b', 'c', '10', '9'),
          fc.oneof(fc.nat(), fc.dictionary(fc.constantFrom('x', 'y'), fc.boolean())),
        ),
        (o) => {
          expect(digestOf(shuffled(o as JsonObject))).toBe(digestOf(o));
        },
      ),
    );
  });
});

describe('the action digest', () => {
  const action = {
    tenant: 'harbour', approval: 'apr_1', run: 'run_1', agentVersion: '1.0.0', connector: 'insurer', tool: 'settle_claim',
    toolSchemaHash: 'a'.repeat(64), args: { claim: 'CLM-0847' },
  } as unknown as Action; // prettier-ignore

  it('changes with each thing that it binds', () => {
    const seen = new Set([actionDigest(action)]);
    for (const key of Object.keys(action))
      seen.add(actionDigest({ ...action, [key]: key === 'args' ? { claim: 'CLM-0848' } : 'x' }));
    expect(seen.size).toBe(1 + Object.keys(action).length);
  });

  it.each<[string, unknown]>([
    ['undefined', { claim: undefined }],
    ['an unsafe integer', { n: 2 ** 53 }],
    ['NaN', { n: Number.NaN }],
    ['a Date', { when: new Date(0) }],
    ['a lone surrogate', { claim: 'a\udfff' }],
    ['text not in NFC', { claim: 'cafe\u0301' }],
    ['a key not in NFC', { 'cafe\u0301': 1 }],
  ])('refuses %s', (_, args) =>
    expect(() => actionDigest({ ...action, args: args as JsonObject })).toThrow(NotCanonicalError),
  );
});
