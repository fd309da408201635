import { z } from 'zod';
import { dateFormat } from './formats.ts';

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, e.g. 09:00');
/** Is it a name that the clocks know, e.g. Europe/London. */
export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** When people are at work, by the clocks of one place. `days`: 1 is Monday, 7 is Sunday (ISO 8601). */
export const WorkingHours = z
  .strictObject({
    timeZone: z.string().refine(isTimeZone, 'an IANA time zone, e.g. Europe/London'),
    days: z.array(z.int().min(1).max(7)).min(1),
    from: Clock,
    to: Clock,
  })
  .refine(({ from, to }) => from < to, 'the day must end after it begins');
export type WorkingHours = z.infer<typeof WorkingHours>;

const DAY_MS = 86_400_000;
/** Long enough for any policy; a loop without an end would hang whoever asks. */
const MOST_DAYS = 3 * 366;

const PARTS: Intl.DateTimeFormatOptions = {
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};

/** What the clocks of a place show at an instant, as if they stood in Greenwich. */
export function wallClock(timeZone: string, atMs: number): number {
  const parts = dateFormat('en-US', { ...PARTS, timeZone }).formatToParts(atMs);
  const of = (type: string): number => Number(parts.find((p) => p.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** The instant at which the clocks show `wall`. An hour that is left out in spring begins where it would have been. */
export function instantAt(timeZone: string, wall: number): number {
  const guess = wall - (wallClock(timeZone, wall) - wall);
  const found = guess + wall - wallClock(timeZone, guess);
  // Where the clocks leave it out, one of the two is before they jump: west of Greenwich the one that was found last.
  return found >= guess || wallClock(timeZone, found) === wall ? found : guess;
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** The stretches of working time from an instant on, in order. */
function* openings(hours: WorkingHours, fromMs: number): Iterable<readonly [number, number]> {
  const { timeZone, days, from, to } = hours;
  const midnight = Math.floor(wallClock(timeZone, fromMs) / DAY_MS) * DAY_MS;
  for (let n = 0; n < MOST_DAYS; n += 1) {
    const day = midnight + n * DAY_MS;
    if (!days.includes(new Date(day).getUTCDay() || 7)) continue;
    const opens = instantAt(timeZone, day + minutesOf(from) * 60_000);
    const closes = instantAt(timeZone, day + minutesOf(to) * 60_000);
    if (closes > fromMs) yield [Math.max(opens, fromMs), closes];
  }
}

/** How much time counts between two instants, in ms: all of it when there are no working hours. */
export function countedMs(hours: WorkingHours | undefined, fromMs: number, toMs: number): number {
  if (hours === undefined) return Math.max(0, toMs - fromMs);
  let counted = 0;
  for (const [opens, closes] of openings(hours, fromMs)) {
    if (opens >= toMs) break;
    counted += Math.min(closes, toMs) - opens;
  }
  return counted;
}

/** The instant by which `ms` of counted time have passed since another. Beyond three years: never, as far as we count. */
export function afterCounted(hours: WorkingHours | undefined, fromMs: number, ms: number): number {
  if (hours === undefined || ms <= 0) return fromMs + Math.max(0, ms);
  let left = ms;
  for (const [opens, closes] of openings(hours, fromMs)) {
    if (left <= closes - opens) return opens + left;
    left -= closes - opens;
  }
  return fromMs + MOST_DAYS * DAY_MS;
}
