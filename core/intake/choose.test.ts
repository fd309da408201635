import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PersonId, RunId, TenantId } from '../ids.ts';
import {
  choose,
  orderOf,
  reserveOf,
  type AtWork,
  type Crowd,
  type InLine,
  type TenantTerms,
} from './choose.ts';
import { HEAD_START_MS, PRIORITIES } from './priority.ts';

const T = (name: string): TenantId => name as TenantId;
const P = (name: string): PersonId => name as PersonId;
const terms = (name: string, change: Partial<TenantTerms> = {}): TenantTerms => ({
  tenant: T(name),
  share: 1,
  pass: 0,
  working: 1_000,
  personWorking: 1_000,
  agents: new Map(),
  ...change,
});
let made = 0;
const run = (tenant: string, person: string, rankMs = 0, agent = 'a'): InLine => ({
  tenant: T(tenant),
  person: P(person),
  agent,
  run: `run_${String(++made).padStart(9, '0')}` as RunId,
  rankMs,
});
const lineOf = (count: number, ...who: Parameters<typeof run>): InLine[] =>
  Array.from({ length: count }, () => run(...who));
const crowd = (change: Partial<Crowd>): Crowd => ({
  waiting: [],
  working: [],
  served: [],
  tenants: [terms('x'), terms('y'), terms('z')],
  places: 1_000,
  ...change,
});
const count = (runs: readonly InLine[], by: (one: InLine) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of runs) counts[by(one)] = (counts[by(one)] ?? 0) + 1;
  return counts;
};

/** Admits again and again while one run at work ends after each, in the order that `ends` picks. */
function play(start: Crowd, turns: number, ends: (running: InLine[]) => number = () => 0): InLine[] {
  let waiting = [...start.waiting];
  let tenants = [...start.tenants];
  const running: InLine[] = [];
  const admitted: InLine[] = [];
  const served = new Map<PersonId, { tenant: TenantId; person: PersonId; atMs: number }>();
  for (let turn = 1; turn <= turns; turn++) {
    const working: AtWork[] = running.map(({ tenant, person, agent }) => ({
      tenant,
      person,
      agent,
      working: 1,
    }));
    const chosen = choose({ ...start, waiting, working, tenants, served: [...served.values()] }, 100);
    const gone = new Set(chosen.runs);
    waiting = waiting.filter((one) => !gone.has(one));
    tenants = tenants.map((t) => ({ ...t, pass: chosen.passes.get(t.tenant) ?? t.pass }));
    for (const [i, { tenant, person }] of chosen.runs.entries())
      served.set(person, { tenant, person, atMs: turn * 1_000 + i });
    running.push(...chosen.runs);
    admitted.push(...chosen.runs);
    running.splice(ends(running) % Math.max(1, running.length), 1);
  }
  return admitted;
}

describe('between tenants', () => {
  test('a flood of one leaves the other its half, whoever came first', () => {
    const { runs } = choose(
      crowd({ waiting: [...lineOf(500, 'x', 'p', 1), ...lineOf(50, 'y', 'q', 2)], places: 40 }),
      100,
    );
    expect(count(runs, ({ tenant }) => tenant)).toEqual({ x: 18, y: 18 });
  });

  test('a tenant with nothing at work always finds a place: the last tenth is kept for such', () => {
    const working = [{ tenant: T('x'), person: P('p'), agent: 'a', working: 36 }];
    const full = crowd({ working, waiting: lineOf(9, 'x', 'p'), places: 40 });
    expect(choose(full, 100).runs).toEqual([]);
    const quiet = choose({ ...full, waiting: [...full.waiting, ...lineOf(3, 'y', 'q', 99)] }, 100);
    expect(count(quiet.runs, ({ tenant }) => tenant)).toEqual({ y: 1 });
  });

  test('shares hold even where there is one place', () => {
    const tenants = [terms('x', { share: 3 }), terms('y')];
    const waiting = [...lineOf(400, 'x', 'p'), ...lineOf(400, 'y', 'q')];
    const got = count(play(crowd({ tenants, waiting, places: 1 }), 200), ({ tenant }) => tenant);
    expect(got['x']! / got['y']!).toBeCloseTo(3, 1);
  });

  test('who was away neither saved up turns nor owes any', () => {
    const tenants = [terms('x', { pass: 900 }), terms('y', { pass: 3 })];
    const waiting = [...lineOf(50, 'x', 'p'), ...lineOf(50, 'y', 'q')];
    const first = play(crowd({ tenants, waiting, places: 1 }), 10);
    expect(count(first, ({ tenant }) => tenant)).toEqual({ x: 5, y: 5 });
  });

  test('nobody waits for ever and shares keep within one, whatever ends when', () => {
    const shape = fc.record({
      lines: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 5 }),
      places: fc.integer({ min: 1, max: 9 }),
      ends: fc.infiniteStream(fc.nat(1_000)),
    });
    fc.assert(
      fc.property(shape, ({ lines, places, ends }) => {
        const names = lines.map((_, i) => `t${i}`);
        const waiting = lines.flatMap((people, i) =>
          Array.from({ length: people }, (_, p) => lineOf(120, `t${i}`, `t${i}p${p}`)).flat(),
        );
        const tenants = names.map((name) => terms(name));
        const turns = names.length * 20;
        const played = play(crowd({ tenants, waiting, places }), turns, () => ends.next().value);
        const got = count(played, ({ tenant }) => tenant);
        const least = played.length / names.length;
        // Equal places do not make equal turns when one's runs happen to end sooner, but none is left behind for long.
        for (const name of names) expect(got[name] ?? 0).toBeGreaterThan(least / 4);
        for (let from = 0; from + 6 * names.length * places < played.length; from += 7) {
          const window = new Set(
            played.slice(from, from + 6 * names.length * places).map(({ tenant }) => tenant),
          );
          expect(window.size).toBe(names.length);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('within a tenant', () => {
  test('a person who asks for a thousand does not make a colleague wait', () => {
    const { runs } = choose(
      crowd({ waiting: [...lineOf(1_000, 'x', 'p', 1), run('x', 'q', 50)], places: 4 }),
      100,
    );
    expect(runs.slice(0, 2).map(({ person }) => person)).toContain('q');
  });

  test('people take turns even where there is one place', () => {
    const waiting = [...lineOf(90, 'x', 'p', 1), ...lineOf(90, 'x', 'q', 2), ...lineOf(90, 'x', 'r', 3)];
    const first = play(crowd({ waiting, places: 1 }), 30);
    expect(count(first, ({ person }) => person)).toEqual({ p: 10, q: 10, r: 10 });
  });

  test('limits of person, agent and tenant hold, and a blocked agent does not block what stands behind it', () => {
    const tenants = [terms('x', { working: 9, personWorking: 4, agents: new Map([['slow', 1], ['held', 0]]) })]; // prettier-ignore
    const waiting = [
      ...lineOf(9, 'x', 'p', 1, 'held'),
      ...lineOf(9, 'x', 'p', 2, 'slow'),
      ...lineOf(9, 'x', 'p', 3),
    ];
    const { runs } = choose(crowd({ tenants, waiting }), 100);
    expect(count(runs, ({ agent }) => agent)).toEqual({ slow: 1, a: 3 });
    const many = ['p', 'q', 'r', 's'].flatMap((who) => lineOf(9, 'x', who, 3));
    expect(choose(crowd({ tenants, waiting: many }), 100).runs).toHaveLength(9);
  });
});

describe('within a person’s runs', () => {
  test('high goes before normal and low, which still grow old', () => {
    const at = (minutes: number, priority: (typeof PRIORITIES)[number]) =>
      run('x', 'p', minutes * 60_000 - HEAD_START_MS[priority]);
    const low = at(0, 'low');
    const soon = [at(1, 'normal'), at(2, 'high')];
    const late = PRIORITIES.map((priority) => at(46, priority));
    const order = orderOf(crowd({ waiting: [low, ...late, ...soon] }), T('x'));
    expect(order.slice(0, 3)).toEqual([soon[1], soon[0], low]);
  });
});

test('never more than there is room for, never one twice, and the same crowd gives the same choice', () => {
  const shape = fc.record({
    waiting: fc.array(fc.tuple(fc.nat(2), fc.nat(3), fc.nat(2), fc.nat(50)), { maxLength: 80 }),
    working: fc.array(fc.tuple(fc.nat(2), fc.nat(3), fc.nat(2), fc.integer({ min: 1, max: 5 })), {
      maxLength: 10,
    }),
    places: fc.integer({ min: 1, max: 60 }),
    tenantMost: fc.integer({ min: 1, max: 30 }),
    personMost: fc.integer({ min: 1, max: 10 }),
    most: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(shape, ({ waiting, working, places, tenantMost, personMost, most }) => {
      const name = (n: number) => ['x', 'y', 'z'][n] ?? 'x';
      const tenants = ['x', 'y', 'z'].map((t) =>
        terms(t, { working: tenantMost, personWorking: personMost }),
      );
      const people = (t: number, p: number) => `${name(t)}${p}`;
      const full: Crowd = {
        waiting: waiting.map(([t, p, a, at]) => run(name(t), people(t, p), at, `a${a}`)),
        working: working.map(([t, p, a, n]) => ({ tenant: T(name(t)), person: P(people(t, p)), agent: `a${a}`, working: n })), // prettier-ignore
        served: [],
        tenants,
        places,
      };
      const { runs } = choose(full, most);
      expect(choose({ ...full, waiting: [...full.waiting].reverse() }, most).runs).toEqual(runs);
      expect(new Set(runs).size).toBe(runs.length);
      expect(runs.length).toBeLessThanOrEqual(most);
      const before = working.reduce((sum, [, , , n]) => sum + n, 0);
      if (runs.length > 0) expect(before + runs.length).toBeLessThanOrEqual(places);
      for (const t of ['x', 'y', 'z']) {
        const mine = runs.filter(({ tenant }) => tenant === t).length;
        const had = working.reduce((sum, [n, , , w]) => sum + (name(n) === t ? w : 0), 0);
        if (mine > 0) expect(had + mine).toBeLessThanOrEqual(tenantMost);
      }
      // A place that is left over is wanted by nobody who may have it.
      if (runs.length === 0 && full.waiting.length > 0 && before + reserveOf(places) < places)
        for (const one of full.waiting) {
          const of = (by: (t: number, p: number) => boolean) =>
            working.reduce((sum, [t, p, , n]) => sum + (by(t, p) ? n : 0), 0);
          const tenantHas = of((t) => name(t) === one.tenant);
          const personHas = of((t, p) => people(t, p) === one.person);
          expect(tenantHas >= tenantMost - reserveOf(tenantMost) || personHas >= personMost).toBe(true);
        }
    }),
    { numRuns: 300 },
  );
});
