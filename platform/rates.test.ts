import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBuckets } from './rates.ts';

/** A second's worth at once, then one in 100 ms. */
const bucket = (key: string) => ({ key, intervalMs: 100, burstMs: 1_000 });

test('in memory: a bucket gives its burst and what has come in since, never more, and never less to who waited', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 80 }), (pauses) => {
      const take = createBuckets();
      let now = 0;
      let taken = 0;
      for (const pause of pauses) {
        now += pause;
        const wait = take([bucket('one')], now);
        if (wait > 0) expect(take([bucket('one')], now + wait - 1.001)).toBeGreaterThan(0);
        else taken += 1;
        expect(taken).toBeLessThanOrEqual(10 + now / 100);
      }
      expect(take([bucket('one')], now + 1_000)).toBe(0);
    }),
  );
});

test('in memory: taken from all buckets or from none, and one does not empty another', () => {
  const take = createBuckets();
  for (let n = 0; n < 10; n += 1) expect(take([bucket('busy')], 0)).toBe(0);
  for (let n = 0; n < 20; n += 1) expect(take([bucket('busy'), bucket('idle')], 0)).toBe(100);
  for (let n = 0; n < 10; n += 1) expect(take([bucket('idle')], 0)).toBe(0);
  expect(take([bucket('idle')], 0)).toBe(100);
});

test('in memory: a bucket of one request gives it, whatever the clock says', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (now) => {
      expect(createBuckets()([{ key: 'one', intervalMs: 60_000, burstMs: 60_000 }], now)).toBe(0);
    }),
  );
});
