import { describe, expect, it, test } from 'vitest';
import { MOST_SHIFTS } from '../../core/on-call/plan.ts';
import { readCalendar } from './read-calendar.ts';

const NOW = Date.parse('2026-10-20T12:00:00Z');
const where = { timeZone: 'Europe/London', nowMs: NOW };
const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', `UID:${lines.join('').length}`, ...lines, 'END:VEVENT'].join('\r\n');
const calendar = (...parts: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...parts, 'END:VCALENDAR'].join('\r\n');
const read = (...parts: string[]) => readCalendar(calendar(...parts), where);
const times = (...parts: string[]) => {
  const found = read(...parts);
  return 'why' in found
    ? found.why
    : found.events.map(({ fromMs, untilMs }) =>
        [fromMs, untilMs].map((ms) => new Date(ms).toISOString().slice(0, 16)).join(' '),
      );
};

it('reads whose it is: addresses of those invited, and the title', () => {
  const one = event('DTSTART:20261021T090000Z', 'DTEND:20261022T090000Z', 'SUMMARY:On call - Ada Okafor', 'ATTENDEE;CN=Ada:MAILTO:Ada.Okafor@harbour.example', 'ATTENDEE:urn:x'); // prettier-ignore
  expect(read(one)).toEqual({
    events: [
      {
        ...{ emails: ['ada.okafor@harbour.example'], title: 'On call - Ada Okafor' },
        ...{ fromMs: Date.parse('2026-10-21T09:00:00Z'), untilMs: Date.parse('2026-10-22T09:00:00Z') },
      },
    ],
  });
});

describe('times', () => {
  test.each([
    ['UTC', 'DTSTART:20261021T090000Z', 'DTEND:20261021T170000Z', '2026-10-21T09:00 2026-10-21T17:00'],
    ['a zone without its description', 'DTSTART;TZID=America/New_York:20261021T090000', 'DTEND;TZID=America/New_York:20261021T170000', '2026-10-21T13:00 2026-10-21T21:00'],
    ['none: those of whoever imports', 'DTSTART:20261021T090000', 'DURATION:PT8H', '2026-10-21T08:00 2026-10-21T16:00'],
    ['whole days, over the end of summer time', 'DTSTART;VALUE=DATE:20261025', 'DTEND;VALUE=DATE:20261026', '2026-10-24T23:00 2026-10-26T00:00'],
  ])('%s', (_, from, until, expected) => expect(times(event(from, until))).toEqual([expected])); // prettier-ignore

  test('a zone that the file describes under a name of its own', () => {
    const zone = ['BEGIN:VTIMEZONE', 'TZID:Office', 'BEGIN:STANDARD', 'DTSTART:19700101T000000', 'TZOFFSETFROM:+0300', 'TZOFFSETTO:+0300', 'END:STANDARD', 'END:VTIMEZONE'].join('\r\n'); // prettier-ignore
    const one = event('DTSTART;TZID=Office:20261021T090000', 'DTEND;TZID=Office:20261021T100000');
    expect(times(zone, one)).toEqual(['2026-10-21T06:00 2026-10-21T07:00']);
  });
});

describe('repetitions', () => {
  const start = ['DTSTART;TZID=Europe/London:20261012T090000', 'DTEND;TZID=Europe/London:20261019T090000'];
  test('every other week, at the same time by the clocks, from what is still on', () => {
    expect(times(event(...start, 'RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3'))).toEqual([
      '2026-10-26T09:00 2026-11-02T09:00',
      '2026-11-09T09:00 2026-11-16T09:00',
    ]);
  });
  test('one that never ends: the coming year of it', () => {
    const found = read(event(...start, 'RRULE:FREQ=WEEKLY'));
    expect('events' in found && found.events.length).toBe(53);
  });
  test('one that was left out, one that was moved, one that was cancelled', () => {
    const uid = 'UID:x';
    const main = ['BEGIN:VEVENT', uid, 'DTSTART:20261021T090000Z', 'DTEND:20261021T100000Z', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20261022T090000Z', 'END:VEVENT'].join('\r\n'); // prettier-ignore
    const moved = ['BEGIN:VEVENT', uid, 'RECURRENCE-ID:20261023T090000Z', 'DTSTART:20261023T120000Z', 'DTEND:20261023T130000Z', 'END:VEVENT'].join('\r\n'); // prettier-ignore
    const off = event('DTSTART:20261024T090000Z', 'DTEND:20261024T100000Z', 'STATUS:CANCELLED');
    expect(times(main, moved, off)).toEqual([
      '2026-10-21T09:00 2026-10-21T10:00',
      '2026-10-23T12:00 2026-10-23T13:00',
    ]);
  });
});

describe('what is not taken', () => {
  test('what is over, what is beyond a year, what lasts no time', () => {
    const past = event('DTSTART:20261001T090000Z', 'DTEND:20261002T090000Z');
    const far = event('DTSTART:20281001T090000Z', 'DTEND:20281002T090000Z', 'SUMMARY:far');
    const none = event('DTSTART:20261101T090000Z', 'DTEND:20261101T090000Z', 'SUMMARY:none');
    expect(times(past, far, none)).toEqual([]);
  });
  const from = ['DTSTART:20260101T000000Z', 'DTEND:20260101T010000Z'];
  test.each([
    ['nothing', ''],
    ['words', 'ada this week, ben next week'],
    ['an unfinished file', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT'],
    ['a page', '<html>BEGIN:VCALENDAR</html>'],
    ['something else', 'BEGIN:VCARD\r\nEND:VCARD'],
    ['an event without a beginning', calendar(event('SUMMARY:x'))],
  ])('%s', (_, words) => expect(readCalendar(words, where)).toEqual({ why: 'oncall-calendar' }));
  test.each([
    ['every minute', 'RRULE:FREQ=MINUTELY'],
    ['a day that never comes', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'],
    ['the first Monday of a month', 'RRULE:FREQ=MONTHLY;BYDAY=1MO'],
    ['a week without days', 'RRULE:FREQ=WEEKLY;BYDAY=9XX'],
  ])('attack: a rule that is looked for without an end: %s', (_, rule) => {
    expect(['oncall-calendar-rule', 'oncall-calendar']).toContain(times(event(...from, rule)));
  });
  test('attack: more shifts, or more of the past, than anybody has', () => {
    const begun = Date.now();
    const twice = [9, 12, 15].map((h) => event(`DTSTART:20260101T${String(h).padStart(2, '0')}0000Z`, `DURATION:PT${h}M`, 'RRULE:FREQ=DAILY')); // prettier-ignore
    expect(MOST_SHIFTS).toBeLessThan(3 * 366);
    expect(times(...twice)).toBe('oncall-too-many');
    const old = event('DTSTART:10000101T000000Z', 'DTEND:10000101T010000Z', 'RRULE:FREQ=DAILY');
    expect(times(old)).toBe('oncall-too-many');
    // Seconds, also where everything takes ten times as long.
    expect(Date.now() - begun).toBeLessThan(120_000);
  });
});
