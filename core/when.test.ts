import { describe, expect, it } from 'vitest';
import { readWhen, tomorrowMorning } from './when.ts';

/** Tuesday, 24 November 2026, 09:12 in London, 10:12 in Berlin. */
const NOW = Date.UTC(2026, 10, 24, 9, 12, 30);
const iso = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString().slice(0, 16);
const london = (words: string, dayMeans = 0): string | null =>
  iso(readWhen(words, { nowMs: NOW, timeZone: 'Europe/London', dayMeans }));

describe('when somebody means', () => {
  it.each([
    ['tomorrow 9:00', '2026-11-25T09:00'],
    ['morgen um 9 Uhr', '2026-11-25T09:00'],
    ['14:00', '2026-11-24T14:00'],
    ['9:00', '2026-11-25T09:00'],
    ['today 17:30', '2026-11-24T17:30'],
    ['friday', '2026-11-27T00:00'],
    ['next Friday at 2pm', '2026-11-27T14:00'],
    ['friday 9 am', '2026-11-27T09:00'],
    ['Freitag, 14:30 Uhr', '2026-11-27T14:30'],
    ['tuesday', '2026-12-01T00:00'],
    ['2026-11-27', '2026-11-27T00:00'],
    ['2026-11-27 14:00', '2026-11-27T14:00'],
    ['2026-11-27T14:00', '2026-11-27T14:00'],
    ['27.11.', '2026-11-27T00:00'],
    ['27.11.2026 08:05', '2026-11-27T08:05'],
    ['27 Nov', '2026-11-27T00:00'],
    ['27 Nov 2026 23:59', '2026-11-27T23:59'],
    ['3. März', '2027-03-03T00:00'],
    ['24 Nov', '2026-11-24T00:00'],
    ['23 Nov', '2027-11-23T00:00'],
    ['4h', '2026-11-24T13:13'],
    ['in 3 days', '2026-11-27T09:13'],
    ['in 2 Wochen', '2026-12-08T09:13'],
    ['12 am', '2026-11-25T00:00'],
  ])('%s', (words, at) => {
    expect(london(words)).toBe(at);
  });

  it.each([
    ['', 'soon', 'friday-ish', '31.02.2026', '2026-13-01', '25:00', 'tomorrow 9:60', '13 pm', '99', '11/12', 'in 3 moons'],
  ].flat())('says nothing to %j', (words) => {
    expect(london(words)).toBeNull();
  }); // prettier-ignore

  it('is by the clocks of the place, and a day may stand for its end', () => {
    const berlin = { nowMs: NOW, timeZone: 'Europe/Berlin', dayMeans: 1440 };
    expect(iso(readWhen('friday', berlin))).toBe('2026-11-27T23:00');
    expect(london('friday', 1440)).toBe('2026-11-28T00:00');
    expect(iso(tomorrowMorning(NOW, 'America/New_York'))).toBe('2026-11-25T14:00');
  });

  it('keeps the time of day over the end and the beginning of summer time', () => {
    const before = { nowMs: Date.UTC(2026, 9, 24, 11), timeZone: 'Europe/London', dayMeans: 0 };
    expect(iso(readWhen('in 2 days', before))).toBe('2026-10-26T12:00');
    expect(iso(readWhen('tomorrow 9:00', before))).toBe('2026-10-25T09:00');
    const spring = { nowMs: Date.UTC(2027, 2, 27, 11), timeZone: 'Europe/London', dayMeans: 0 };
    expect(iso(readWhen('tomorrow 9:00', spring))).toBe('2027-03-28T08:00');
    expect(iso(tomorrowMorning(spring.nowMs, 'Europe/London'))).toBe('2027-03-28T08:00');
  });
});
