import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Sha256 } from './canonical-json.ts';
import { Bound, type Grant, insideBounds, isLive, whyNotCovered, within, type GrantUse } from './grants.ts';
import type { ApprovalId, GrantId, PersonId } from './ids.ts';

const GBP = (micros: number) => ({ currency: 'GBP', micros });
const SCHEMA = 'a'.repeat(64) as Sha256;
const END = '2026-12-01T00:00:00.000Z';

const grantOf = (request: Partial<Grant['request']> = {}): Grant => ({
  v: 1,
  id: 'grt_1' as GrantId,
  request: {
    ...{ agent: 'refunds', agent_version: '1.0.0', connector: 'shop', tool: 'refund', tool_schema: SCHEMA },
    ...{ team: 'claims', uses: 10, expires_at: END },
    bounds: { amount: { kind: 'range', min: null, max: GBP(50) }, note: { kind: 'any' } },
    sum: { amount: GBP(100), hours: 24 },
    ...request,
  },
  ...{ agent: 'refunds', tool: 'refund', approval: 'apr_1' as ApprovalId, askedBy: 'per_1' as PersonId },
  ...{ signedBy: [], createdAtMs: 0 },
});

const useOf = (more: Partial<GrantUse> = {}): GrantUse => ({
  ...{ agent: 'refunds', agentVersion: '1.0.0', connector: 'shop', tool: 'refund', toolSchemaHash: SCHEMA },
  ...{ args: { amount: GBP(40), note: 'late' }, amount: GBP(40), nowMs: Date.parse(END) - 1 },
  ...more,
});
const FRESH = { uses: 0, sumMicros: 0, revoked: false };

describe('a grant covers a use', () => {
  test('that is its own in every respect, and none other', () => {
    expect(whyNotCovered(grantOf(), useOf(), FRESH)).toBeNull();
    const cases: [Partial<GrantUse>, Partial<typeof FRESH>, string][] = [
      [{ agent: 'other' }, {}, 'other_agent'],
      [{ agentVersion: '1.0.1' }, {}, 'other_agent'],
      [{ connector: 'bank' }, {}, 'other_tool'],
      [{ tool: 'pay' }, {}, 'other_tool'],
      [{ toolSchemaHash: 'b'.repeat(64) as Sha256 }, {}, 'other_tool'],
      [{}, { revoked: true }, 'revoked'],
      [{ nowMs: Date.parse(END) }, {}, 'expired'],
      [{ args: { amount: GBP(51), note: '' } }, {}, 'outside'],
      [{ args: { amount: { currency: 'EUR', micros: 1 }, note: '' } }, {}, 'outside'],
      [{ args: { amount: GBP(1), note: '', extra: 1 } }, {}, 'outside'],
      [{ args: { note: '' } }, {}, 'outside'],
      [{}, { uses: 10 }, 'spent'],
      [{}, { sumMicros: 61 }, 'sum_spent'],
      [{ amount: { currency: 'EUR', micros: 1 } }, {}, 'outside'],
      [{ amount: null }, {}, 'outside'],
    ];
    for (const [use, standing, why] of cases)
      expect(whyNotCovered(grantOf(), useOf(use), { ...FRESH, ...standing }), JSON.stringify(use)).toBe(why);
    expect(whyNotCovered(grantOf({ sum: null }), useOf(), FRESH)).toBe('outside');
    expect(whyNotCovered(grantOf({ sum: null }), useOf({ amount: null }), FRESH)).toBeNull();
    expect(isLive({ grant: grantOf(), ...FRESH }, Date.parse(END) - 1)).toBe(true);
    expect(isLive({ grant: grantOf(), ...FRESH, uses: 10 }, 0)).toBe(false);
  });

  test('never more often than its count, nor for more than its sum, in whatever order they come', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 1, max: 400 }),
        (wanted, uses, most) => {
          const grant = grantOf({ uses, sum: { amount: GBP(most), hours: 24 } });
          const standing = { ...FRESH };
          for (const micros of wanted) {
            const use = useOf({ args: { amount: GBP(micros), note: '' }, amount: GBP(micros) });
            const why = whyNotCovered(grant, use, standing);
            const fits = micros <= 50 && standing.uses < uses && standing.sumMicros + micros <= most;
            expect(why === null).toBe(fits);
            if (why !== null) continue;
            standing.uses += 1;
            standing.sumMicros += micros;
          }
          expect(standing.uses).toBeLessThanOrEqual(uses);
          expect(standing.sumMicros).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});

describe('bounds', () => {
  const scalar: fc.Arbitrary<Json> = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.integer().map((micros) => GBP(micros) as unknown as Json),
  );
  const names = fc.constantFrom('claim', 'amount', 'toString', 'constructor', 'reason');

  test('let through what they were made from, and nothing with another value or another name', () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, scalar, { minKeys: 1, noNullPrototype: true }),
        names,
        scalar,
        (args, name, other) => {
          const bounds = Object.fromEntries(
            Object.entries(args).map(([key, value]) => [key, Bound.parse({ kind: 'equal', value })]),
          );
          expect(insideBounds(args, bounds)).toBe(true);
          const changed: JsonObject = { ...args, [name]: other };
          const same = Object.hasOwn(args, name) && JSON.stringify(args[name]) === JSON.stringify(other);
          expect(insideBounds(changed, bounds)).toBe(same);
          const [first] = Object.keys(args);
          const fewer = Object.fromEntries(Object.entries(args).filter(([key]) => key !== first));
          expect(insideBounds(fewer, bounds)).toBe(false);
        },
      ),
    );
  });

  test('a range holds its ends and what lies between, in its own currency, and nothing that has no size', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (a, b, value) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const between = value >= min && value <= max;
        expect(within(value, { kind: 'range', min, max })).toBe(between);
        const bound = { kind: 'range', min: GBP(min), max: GBP(max) } as const;
        expect(within(GBP(value), bound)).toBe(between);
        expect(within({ currency: 'EUR', micros: value }, bound)).toBe(false);
        expect(within(value, bound)).toBe(false);
        expect(within(String(value), { kind: 'range', min, max })).toBe(false);
      }),
    );
    for (const wrong of [
      { kind: 'range', min: null, max: null },
      { kind: 'range', min: 2, max: 1 },
      { kind: 'range', min: GBP(1), max: { currency: 'EUR', micros: 2 } },
      { kind: 'range', min: 1, max: GBP(2) },
      { kind: 'one_of', values: [] },
      { kind: 'any', value: 1 },
      { kind: 'regex', value: '.*' },
    ])
      expect(Bound.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
