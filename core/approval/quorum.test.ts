import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asks, at, id, opened, peopleMap, PEOPLE } from './examples.ts';
import { effectiveRequirement, seat } from './quorum.ts';
import { countsFor, eligible } from './who-may-sign.ts';

describe('seating people in stages', () => {
  /** The most seats that can be filled, by trying everything. */
  const best = (
    quorums: readonly number[],
    people: readonly number[],
    fits: (p: number, s: number) => boolean,
  ): number => {
    const seats = quorums.flatMap((q, s) => Array.from({ length: q }, () => s));
    const fill = (left: readonly number[], free: readonly number[]): number => {
      const [s, ...rest] = left;
      if (s === undefined) return 0;
      const sat = free
        .filter((p) => fits(p, s))
        .map(
          (p) =>
            1 +
            fill(
              rest,
              free.filter((x) => x !== p),
            ),
        );
      return Math.max(fill(rest, free), ...sat);
    };
    return fill(seats, people);
  };

  it('fills as many seats as can be filled, each person in one, each where they fit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { maxLength: 5 }),
        (quorums, table) => {
          const people = table.map((_, i) => i);
          const fits = (p: number, s: number): boolean => table[p]![s]!;
          const { seated, missing, open } = seat(quorums, people, fits);
          const sitting = seated.flat();
          expect(new Set(sitting).size).toBe(sitting.length);
          seated.forEach((row, s) => row.forEach((p) => expect(fits(p, s)).toBe(true)));
          const total = quorums.reduce((a, b) => a + b, 0);
          expect(sitting.length).toBe(best(quorums, people, fits));
          expect(missing).toBe(total - sitting.length);
          expect(open === null).toBe(missing === 0);
        },
      ),
    );
  });

  it('moves someone who fits two stages so that another can sit', () => {
    const fits = (p: string, s: number): boolean => (p === 'both' ? true : s === 0);
    expect(seat([1, 1], ['both', 'first only'], fits)).toEqual({
      seated: [['first only'], ['both']],
      missing: 0,
      open: null,
    });
  });
});

describe('who counts', () => {
  it('is named by role, group or person, and active', () => {
    const ada = peopleMap().get(id('ada'))!;
    expect(eligible(ada, [{ kind: 'role', role: 'approver' }])).toBe(true);
    expect(
      eligible(ada, [
        { kind: 'role', role: 'admin' },
        { kind: 'group', group: 'claims' },
      ]),
    ).toBe(true);
    expect(eligible(ada, [{ kind: 'person', person: id('ada') }])).toBe(true);
    expect(
      eligible(ada, [
        { kind: 'person', person: id('ben') },
        { kind: 'group', group: 'finance' },
      ]),
    ).toBe(false);
    expect(eligible({ ...ada, active: false }, [{ kind: 'role', role: 'approver' }])).toBe(false);
    expect(eligible(ada, [])).toBe(false);
  });

  it('attack 16: is never the requester, however the policy names them', () => {
    const s = opened();
    for (const p of PEOPLE) {
      const own = { ...s, requester: p.id };
      expect(countsFor(own, at(own), p.id, [{ kind: 'person', person: p.id }])).toBe(false);
    }
  });
});

describe('the effective requirement', () => {
  it('asks one more person at high risk, in the last stage, and leaves low risk alone', () => {
    const two = asks(1, { stages: [...asks(1).stages, ...asks(2).stages] });
    expect(effectiveRequirement(two, 'high').stages.map((x) => x.quorum)).toEqual([1, 3]);
    expect(effectiveRequirement(two, 'low')).toBe(two);
  });
});
