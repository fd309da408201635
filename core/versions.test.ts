import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TenantId } from './ids.ts';
import {
  beginWith,
  bucketOf,
  chooseVersion,
  compareVersions,
  moveTo,
  newestOf,
  rollBack,
  stepBack,
  versionsOf,
  type VersionState,
} from './versions.ts';
import type { AgentContract } from './contract.ts';

const tenant = 'harbour-mutual' as TenantId;
const agent = 'fraud-review';
const KNOWN = ['1.0.0', '1.1.0', '1.2.0'];

const state = (more: Partial<VersionState> = {}): VersionState => ({
  ...{ revision: 1, active: '1.1.0', next: null, percent: 0, previous: '1.0.0' },
  ...more,
});
const split = (percent: number): VersionState => state({ next: percent === 0 ? null : '1.2.0', percent });
const at = (key: string) => ({ tenant, agent, key });
const keys = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `CLM-${from + i}`);

const percents = fc.integer({ min: 0, max: 100 });

describe('a split', () => {
  test('sends the share that it says, whatever keys come: within four standard deviations', () => {
    const count = 4_000;
    fc.assert(
      fc.property(percents, fc.nat(1_000_000), (percent, from) => {
        const moved = keys(from, count).filter((key) => chooseVersion(split(percent), at(key)) === '1.2.0');
        const share = percent / 100;
        const tolerance = 4 * Math.sqrt((share * (1 - share)) / count) + 1e-9;
        expect(Math.abs(moved.length / count - share)).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  test('is sticky: one key, one version, however often it is asked', () => {
    fc.assert(
      fc.property(percents, fc.string({ minLength: 1 }), (percent, key) => {
        const safe = key.normalize('NFC').replace(/[\uD800-\uDFFF]/g, '');
        const first = chooseVersion(split(percent), at(safe));
        expect(chooseVersion({ ...split(percent), revision: 99 }, at(safe))).toBe(first);
      }),
    );
  });

  test('that grows only ever moves a key to the new version, and never back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(percents, { minLength: 2 }), fc.nat(), (shares, n) => {
        const growing = shares.toSorted((a, b) => a - b);
        const played = growing.map((percent) => chooseVersion(split(percent), at(`CLM-${n}`)));
        expect(played).toEqual(played.toSorted());
      }),
    );
  });

  test('of nothing plays none, of all plays all', () => {
    for (const key of keys(0, 500)) {
      expect(chooseVersion(split(0), at(key))).toBe('1.1.0');
      expect(chooseVersion(split(100), at(key))).toBe('1.2.0');
    }
  });

  test('tries the next version on other keys than the one before, and on others in another company', () => {
    const some = keys(0, 2_000);
    const first = (next: string, who = tenant) =>
      new Set(some.filter((key) => bucketOf({ tenant: who, agent, key }, next) < 500));
    const [one, two, theirs] = [first('1.2.0'), first('1.3.0'), first('1.2.0', 'other' as TenantId)];
    for (const others of [two, theirs])
      expect([...one].filter((key) => others.has(key)).length).toBeLessThan(one.size / 3);
  });
});

describe('where nothing was recorded yet', () => {
  test.each([
    [KNOWN, null, { active: '1.2.0', previous: '1.1.0' }],
    [KNOWN, '1.0.0', { active: '1.0.0', previous: null }],
    [KNOWN, '1.1.0', { active: '1.1.0', previous: '1.0.0' }],
    // It is gone from the code: still that one, so that nothing starts rather than something else.
    [KNOWN, '0.9.0', { active: '0.9.0', previous: null }],
    [['1.0.0', '1.1.0-trial'], null, { active: '1.0.0', previous: null }],
    [['1.0.0'], null, { active: '1.0.0', previous: null }],
  ])('of %j, after %s ran', (known, ranLast, begins) => {
    expect(beginWith(known, ranLast)).toEqual({ revision: 0, next: null, percent: 0, ...begins });
  });

  test('an agent without a version begins with none', () => {
    expect(beginWith([], null)).toBeNull();
    expect(beginWith(['1.0.0-trial'], null)).toBeNull();
  });
});

describe('one step back', () => {
  test('ends a share first, then returns to the version before, then to what that could return to', () => {
    expect(stepBack(split(5))).toEqual({ from: '1.2.0', share: 5, to: '1.1.0' });
    expect(rollBack(split(5), null)).toEqual({
      ok: true,
      to: { active: '1.1.0', next: null, percent: 0, previous: '1.0.0' },
    });
    const last = state({ active: '1.2.0', previous: '1.1.0' });
    expect(stepBack(last)).toEqual({ from: '1.2.0', share: 100, to: '1.1.0' });
    const back = rollBack(last, state());
    expect(back).toEqual({ ok: true, to: { active: '1.1.0', next: null, percent: 0, previous: '1.0.0' } });
  });

  test('never leads forward again to what was just left', () => {
    const flapped = state({ active: '1.2.0', previous: '1.1.0' });
    expect(rollBack(flapped, state({ previous: '1.2.0' }))).toMatchObject({ to: { previous: null } });
  });

  test('with nothing before there is none', () => {
    expect(stepBack(state({ previous: null }))).toBeNull();
    expect(rollBack(state({ previous: null }), null)).toEqual({ ok: false, why: 'nothing-before' });
  });

  test('is what a person was shown, from every state', () => {
    const versions = fc.constantFrom(...KNOWN);
    fc.assert(
      fc.property(
        versions,
        versions,
        versions,
        fc.integer({ min: 1, max: 99 }),
        (active, next, previous, n) => {
          const from = state({
            active,
            ...(next === active ? { next: null, percent: 0 } : { next, percent: n }),
            previous: previous === active ? null : previous,
          });
          const [shown, done] = [stepBack(from), rollBack(from, null)];
          expect(done.ok).toBe(shown !== null);
          if (!done.ok || shown === null) return;
          expect(done.to).toMatchObject({ active: shown.to, next: null, percent: 0 });
          expect(done.to.active).not.toBe(shown.from);
          expect(done.to.previous).not.toBe(done.to.active);
        },
      ),
    );
  });
});

describe('what is set', () => {
  test('a version with a share, the whole of it makes it active, and what was active is before it', () => {
    expect(moveTo(state(), { active: '1.1.0', next: '1.2.0', percent: 5 }, KNOWN)).toEqual({
      ok: true,
      to: { active: '1.1.0', next: '1.2.0', percent: 5, previous: '1.0.0' },
    });
    const whole = { active: '1.2.0', next: null, percent: 0, previous: '1.1.0' };
    expect(moveTo(split(5), { active: '1.1.0', next: '1.2.0', percent: 100 }, KNOWN)).toEqual({
      ok: true,
      to: whole,
    });
    expect(moveTo(state(), { active: '1.2.0', next: null, percent: 0 }, KNOWN)).toEqual({
      ok: true,
      to: whole,
    });
  });

  test.each([
    [{ active: '9.0.0', next: null, percent: 0 }, 'version-gone'],
    [{ active: '1.1.0', next: '9.0.0', percent: 5 }, 'version-gone'],
    [{ active: '1.1.0', next: '1.1.0', percent: 5 }, 'same-version'],
    [{ active: '1.1.0', next: '1.2.0', percent: 0 }, 'no-share'],
    [{ active: '1.1.0', next: null, percent: 5 }, 'no-share'],
    [{ active: '1.1.0', next: '1.2.0', percent: 101 }, 'no-share'],
    [{ active: '1.1.0', next: '1.2.0', percent: 0.5 }, 'no-share'],
  ] as const)('%j is refused: %s', (wanted, why) => {
    expect(moveTo(state(), wanted, KNOWN)).toEqual({ ok: false, why });
  });
});

test('versions are ordered by their numbers, and a trial comes before its release and stands for nobody', () => {
  const all = ['1.10.0', '1.9.0', '2.0.0-trial', '1.10.0-trial'].map(
    (version) => ({ name: agent, version }) as AgentContract,
  );
  expect(versionsOf(all, agent).map(({ version }) => version)).toEqual([
    ...['1.9.0', '1.10.0-trial', '1.10.0', '2.0.0-trial'],
  ]);
  expect(newestOf(all).map(({ version }) => version)).toEqual(['1.10.0']);
  expect(compareVersions('1.0.0', '1.0.0')).toBe(0);
});
