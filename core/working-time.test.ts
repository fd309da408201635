import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterCounted, countedMs, instantAt, WorkingHours } from './working-time.ts';

const HOUR = 3_600_000;
const London: WorkingHours = { timeZone: 'Europe/London', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' };
const at = (iso: string): number => Date.parse(iso);
const show = (ms: number): string => new Date(ms).toISOString();

describe('working time', () => {
  it.each([
    ['within a day', '2026-11-23T10:00:00Z', 4, '2026-11-23T14:00:00.000Z'],
    ['over night', '2026-11-23T16:00:00Z', 4, '2026-11-24T12:00:00.000Z'],
    ['over a weekend', '2026-11-20T16:00:00Z', 4, '2026-11-23T12:00:00.000Z'],
    ['from a Sunday', '2026-11-22T11:00:00Z', 8, '2026-11-23T17:00:00.000Z'],
    ['before the day begins', '2026-11-23T03:00:00Z', 1, '2026-11-23T10:00:00.000Z'],
    // Clocks go forward on 29 March 2026: nine in the morning is an hour earlier in UTC from then on.
    ['into summer time', '2026-03-27T16:00:00Z', 2, '2026-03-30T09:00:00.000Z'],
    // and back on 25 October 2026.
    ['out of summer time', '2026-10-23T15:00:00Z', 2, '2026-10-26T10:00:00.000Z'],
  ])('%s', (_, from, hours, due) => {
    expect(show(afterCounted(London, at(from), hours * HOUR))).toBe(due);
    expect(countedMs(London, at(from), at(due))).toBe(hours * HOUR);
  });

  it('a night shift that the clocks jump over is shorter that night', () => {
    const night: WorkingHours = { timeZone: 'Europe/London', days: [7], from: '00:00', to: '04:00' };
    expect(countedMs(night, at('2026-03-28T12:00:00Z'), at('2026-03-30T12:00:00Z'))).toBe(3 * HOUR);
    expect(countedMs(night, at('2026-10-24T12:00:00Z'), at('2026-10-26T12:00:00Z'))).toBe(5 * HOUR);
  });

  it.each([
    ['Europe/London', '2026-03-29T01:30', '2026-03-29T01:30Z'],
    ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:30Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45Z'],
  ])('in %s %s, which the clocks leave out, is as much later as they jump', (zone, wall, instant) => {
    expect(instantAt(zone, Date.parse(`${wall}Z`))).toBe(Date.parse(instant));
  });

  it('counts all time where there are no working hours', () => {
    expect(countedMs(undefined, 5, 12)).toBe(7);
    expect(afterCounted(undefined, 5, 7)).toBe(12);
    expect(countedMs(undefined, 12, 5)).toBe(0);
  });

  const zones = fc.constantFrom(
    'Europe/London',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'UTC',
  );
  const anyHours = fc.record({
    timeZone: zones,
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    from: fc.constantFrom('00:00', '02:30', '08:00'),
    to: fc.constantFrom('12:00', '17:30', '23:59'),
  });
  const instant = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });

  it('is the inverse of itself, and never runs faster than the clock', () => {
    fc.assert(
      fc.property(anyHours, instant, fc.integer({ min: 1, max: 200 * HOUR }), (hours, from, ms) => {
        const due = afterCounted(hours, from, ms);
        expect(countedMs(hours, from, due)).toBe(ms);
        expect(due - from).toBeGreaterThanOrEqual(ms);
      }),
      { numRuns: 300 },
    );
  });

  it('adds up, wherever it is cut', () => {
    fc.assert(
      fc.property(anyHours, fc.tuple(instant, instant, instant), (hours, three) => {
        const [a, b, c] = three.sort((x, y) => x - y) as [number, number, number];
        expect(countedMs(hours, a, b) + countedMs(hours, b, c)).toBe(countedMs(hours, a, c));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['an unknown zone', { ...London, timeZone: 'Europe/Atlantis' }],
    ['a day that ends before it begins', { ...London, from: '17:00', to: '09:00' }],
    ['no days', { ...London, days: [] }],
    ['an hour that there is not', { ...London, to: '24:30' }],
  ])('refuses %s', (_, hours) => expect(WorkingHours.safeParse(hours).success).toBe(false));
});
