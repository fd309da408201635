import ICAL from 'ical.js';
import { MOST_SHIFTS } from '../../core/on-call/plan.ts';
import { instantAt, isTimeZone } from '../../core/working-time.ts';

const DAY_MS = 86_400_000;
const AHEAD_MS = 366 * DAY_MS;
/** Beyond this a calendar is not looked through: it goes back for ever, or has something every minute. */
const MOST_STEPS = 20_000;

/** One shift as the file has it; whose it is, is for others to find. */
export interface CalendarEvent {
  /** Of whoever is invited, e.g. ada@harbour.example. */
  readonly emails: readonly string[];
  readonly title: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

export type CalendarRead =
  | { readonly events: readonly CalendarEvent[] }
  | { readonly why: 'oncall-calendar' | 'oncall-calendar-rule' | 'oncall-too-many' };

class CannotRead extends Error {
  readonly why: 'oncall-calendar-rule' | 'oncall-too-many';
  constructor(why: CannotRead['why']) {
    super(why);
    this.why = why;
  }
}

interface Reading {
  /** For times that name no zone. */
  readonly timeZone: string;
  readonly nowMs: number;
  stepsLeft: number;
}

/** By the zone that the file names where the clocks know it, else as the file itself describes it. */
function instantOf(time: ICAL.Time, named: string, { timeZone }: Reading): number {
  const { year, month, day, hour, minute, second } = time;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const zone = time.zone?.tzid ?? 'floating';
  if (zone === 'UTC' || zone === 'Z') return wall;
  if (named !== '' && isTimeZone(named)) return instantAt(named, wall);
  return time.isDate || zone === 'floating' ? instantAt(timeZone, wall) : time.toUnixTime() * 1000;
}

const DAYS = /^(?:MO|TU|WE|TH|FR|SA|SU)$/;

/** Only what people hand over by: days and weeks. A rule that never comes true would be looked for without an end. */
function checkRules(event: ICAL.Component): void {
  for (const property of event.getAllProperties('rrule')) {
    const rule = property.getFirstValue() as unknown as ICAL.Recur;
    const parts = Object.entries(rule.parts as Record<string, unknown[]>);
    const plain = parts.every(
      ([name, values]) => name === 'BYDAY' && values.every((value) => DAYS.test(String(value))),
    );
    if (!['DAILY', 'WEEKLY'].includes(rule.freq) || !plain || !(rule.interval >= 1))
      throw new CannotRead('oncall-calendar-rule');
  }
  if (event.getFirstProperty('exrule')) throw new CannotRead('oncall-calendar-rule');
}

function toEvent(item: ICAL.Event, start: ICAL.Time, end: ICAL.Time, reading: Reading): CalendarEvent {
  const emails = item.attendees
    .map((one) => String(one.getFirstValue()))
    .filter((value) => /^mailto:/i.test(value))
    .map((value) => value.slice('mailto:'.length).toLowerCase());
  const named = String(item.component.getFirstProperty('dtstart')?.getParameter('tzid') ?? '');
  return {
    ...{ emails, title: item.summary ?? '' },
    ...{ fromMs: instantOf(start, named, reading), untilMs: instantOf(end, named, reading) },
  };
}

/** What of one event, or of all its repetitions, is still to come within a year. */
function* occurrences(event: ICAL.Event, reading: Reading): Iterable<CalendarEvent> {
  const { nowMs } = reading;
  if (!event.isRecurring()) {
    yield toEvent(event, event.startDate, event.endDate, reading);
    return;
  }
  const times = event.iterator();
  for (let at = times.next() as ICAL.Time | undefined; at; at = times.next() as ICAL.Time | undefined) {
    reading.stepsLeft -= 1;
    if (reading.stepsLeft < 0) throw new CannotRead('oncall-too-many');
    const { item, startDate, endDate } = event.getOccurrenceDetails(at);
    const found = toEvent(item, startDate, endDate, reading);
    if (found.fromMs > nowMs + AHEAD_MS) return;
    yield found;
  }
}

/** Each event once, with those of its repetitions that were changed. */
function eventsOf(calendar: ICAL.Component): ICAL.Event[] {
  const parts = calendar.getAllSubcomponents('vevent').filter((one) => {
    return String(one.getFirstPropertyValue('status') ?? '').toUpperCase() !== 'CANCELLED';
  });
  parts.forEach(checkRules);
  const isChange = (one: ICAL.Component): boolean => one.getFirstProperty('recurrence-id') !== null;
  const uid = (one: ICAL.Component): string => String(one.getFirstPropertyValue('uid') ?? '');
  return parts
    .filter((one) => !isChange(one))
    .map((one) => {
      const exceptions = parts.filter((other) => isChange(other) && uid(other) === uid(one));
      return new ICAL.Event(one, { strictExceptions: true, exceptions });
    });
}

function readEvents(calendar: ICAL.Component, reading: Reading): CalendarEvent[] {
  const found: CalendarEvent[] = [];
  for (const event of eventsOf(calendar))
    for (const one of occurrences(event, reading)) {
      if (one.untilMs <= reading.nowMs || one.fromMs > reading.nowMs + AHEAD_MS) continue;
      if (!(one.fromMs < one.untilMs)) continue;
      found.push(one);
      if (found.length > MOST_SHIFTS) throw new CannotRead('oncall-too-many');
    }
  return found;
}

/** The events of an iCalendar text (RFC 5545) that are on, or to come within a year. Nothing is fetched, ever. */
export function readCalendar(
  words: string,
  where: { readonly timeZone: string; readonly nowMs: number },
): CalendarRead {
  try {
    const calendar = new ICAL.Component(ICAL.parse(words.trim()) as unknown[]);
    if (calendar.name !== 'vcalendar') return { why: 'oncall-calendar' };
    return { events: readEvents(calendar, { ...where, stepsLeft: MOST_STEPS }) };
  } catch (error) {
    // The parser throws on whatever it cannot read, by several classes.
    return { why: error instanceof CannotRead ? error.why : 'oncall-calendar' };
  }
}
