import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysIn, nextDueMs, periodBefore, periodDue, readPeriod } from './period.ts';

const at = (iso: string): number => Date.parse(iso);
const iso = (atMs: number): string => new Date(atMs).toISOString();
const HOUR = 3_600_000;

/** What a wall clock shows, by other means than ours. */
const wall = (timeZone: string, atMs: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).format(atMs);

describe('a week', () => {
  test('runs from Monday to Monday where the reader is, and is due on Monday at eight', () => {
    const period = periodDue('week', 'Europe/London', at('2026-11-23T08:00:00Z'));
    expect(period.key).toBe('week 2026-11-16');
    expect([period.fromMs, period.toMs, period.dueMs].map(iso)).toEqual([
      '2026-11-16T00:00:00.000Z',
      '2026-11-23T00:00:00.000Z',
      '2026-11-23T08:00:00.000Z',
    ]);
    expect(periodDue('week', 'Europe/London', at('2026-11-23T07:59:59Z')).key).toBe('week 2026-11-09');
    expect(iso(nextDueMs('week', 'Europe/London', at('2026-11-23T07:59:59Z')))).toBe(
      '2026-11-23T08:00:00.000Z',
    );
    expect(iso(nextDueMs('week', 'Europe/London', at('2026-11-23T08:00:00Z')))).toBe(
      '2026-11-30T08:00:00.000Z',
    );
  });

  test.each([
    // Clocks go forward on Sunday 29 March 2026: that week has 167 hours; back on 25 October: 169.
    ['Europe/London', '2026-03-30T07:00:00Z', 'week 2026-03-23', 167],
    ['Europe/London', '2026-10-26T08:00:00Z', 'week 2026-10-19', 169],
    ['America/New_York', '2026-03-09T12:00:00Z', 'week 2026-03-02', 167],
    ['America/New_York', '2026-11-02T13:00:00Z', 'week 2026-10-26', 169],
    // Half an hour, and in October.
    ['Australia/Lord_Howe', '2026-10-04T21:00:00Z', 'week 2026-09-28', 167.5],
    ['Asia/Kolkata', '2026-11-23T02:30:00Z', 'week 2026-11-16', 168],
    ['Pacific/Kiritimati', '2026-11-22T18:00:00Z', 'week 2026-11-16', 168],
  ])('in %s is due at eight by the clocks, whatever they did: %s', (timeZone, due, key, hours) => {
    const period = periodDue('week', timeZone, at(due));
    expect(period.key).toBe(key);
    expect(iso(period.dueMs)).toBe(iso(at(due)));
    expect((period.toMs - period.fromMs) / HOUR).toBe(hours);
    expect(wall(timeZone, period.dueMs)).toMatch(/^Mon.*08:00$/);
    expect(daysIn(period)).toHaveLength(8);
    expect(periodDue('week', timeZone, at(due) - 1).toMs).toBe(period.fromMs);
    expect(periodBefore(period).toMs).toBe(period.fromMs);
  });

  test('every week of thirty years, anywhere: no gap, no overlap, always Monday at eight, one key each', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom('day' as const, 'week' as const),
        fc.integer({ min: at('2010-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') }),
        (timeZone, every, nowMs) => {
          const due = periodDue(every, timeZone, nowMs);
          expect(due.dueMs).toBeLessThanOrEqual(nowMs);
          const nextMs = nextDueMs(every, timeZone, nowMs);
          expect(nextMs).toBeGreaterThan(nowMs);
          const next = periodDue(every, timeZone, nextMs);
          expect(next.fromMs).toBe(due.toMs);
          expect(next.key > due.key).toBe(true);
          expect(periodBefore(next).key).toBe(due.key);
          expect(readPeriod(due.key, timeZone, nowMs)).toEqual(due);
          if (every === 'week') expect(wall(timeZone, due.dueMs)).toMatch(/^Mon/);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('a key that nobody could have been given is none', () => {
  const now = at('2026-11-24T12:00:00Z');
  for (const key of [
    'week 2026-11-17',
    'week 2026-11-23',
    'day 2026-11-24',
    'week 2026-02-30',
    'year 2026-01-01',
    'week',
    '',
  ])
    expect(readPeriod(key, 'Europe/London', now), key).toBeNull();
  expect(readPeriod('day 2026-11-23', 'Europe/London', now)?.key).toBe('day 2026-11-23');
});
