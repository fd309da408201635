import { instantAt, wallClock } from '../working-time.ts';

export const EVERY = ['day', 'week'] as const;
export type Every = (typeof EVERY)[number];

/** A stretch of whole days by the clocks of one place: yesterday, or the week from Monday to Sunday before this one. */
export interface Period {
  readonly every: Every;
  /** `week 2026-11-16`, `day 2026-11-20`: the first day, by those clocks. One post of a digest has one. */
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly timeZone: string;
  /** When its digest is due: at eight in the morning after it ended. */
  readonly dueMs: number;
}

const DAY_MS = 86_400_000;
const POST_AT_MS = 8 * 3_600_000;

/** Midnight of the day at which a period ended, on the wall: Monday's, or today's. */
const endOn = (every: Every, wall: number): number => {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const sinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  return every === 'day' ? midnight : midnight - sinceMonday * DAY_MS;
};

const daysOf = (every: Every): number => (every === 'day' ? 1 : 7);

/** Days are counted on the wall, where each has a midnight; a day of 23 or 25 hours stays one day. */
function endingAt(every: Every, timeZone: string, end: number): Period {
  const begin = end - daysOf(every) * DAY_MS;
  return {
    every,
    key: `${every} ${new Date(begin).toISOString().slice(0, 10)}`,
    fromMs: instantAt(timeZone, begin),
    toMs: instantAt(timeZone, end),
    timeZone,
    dueMs: instantAt(timeZone, end + POST_AT_MS),
  };
}

/** The newest period whose digest is due. */
export function periodDue(every: Every, timeZone: string, nowMs: number): Period {
  const end = endOn(every, wallClock(timeZone, nowMs));
  const newest = endingAt(every, timeZone, end);
  return newest.dueMs <= nowMs ? newest : endingAt(every, timeZone, end - daysOf(every) * DAY_MS);
}

/** When the next digest after now is due. */
export function nextDueMs(every: Every, timeZone: string, nowMs: number): number {
  const end = endOn(every, wallClock(timeZone, nowMs));
  const newest = endingAt(every, timeZone, end);
  return newest.dueMs > nowMs ? newest.dueMs : endingAt(every, timeZone, end + daysOf(every) * DAY_MS).dueMs;
}

/** The period before, of the same length, to compare with. */
export const periodBefore = ({ every, timeZone, fromMs }: Period): Period =>
  endingAt(every, timeZone, Math.floor(wallClock(timeZone, fromMs) / DAY_MS) * DAY_MS);

/** A period by its key, as a button carries it; null when it is none, or has not ended. */
export function readPeriod(key: string, timeZone: string, nowMs: number): Period | null {
  const [, every, day] = /^(day|week) (\d{4}-\d\d-\d\d)$/.exec(key) ?? [];
  const begin = Date.parse(`${day}T00:00:00Z`);
  if (every === undefined || Number.isNaN(begin)) return null;
  const period = endingAt(every as Every, timeZone, begin + daysOf(every as Every) * DAY_MS);
  return period.key === key && period.toMs <= nowMs && endOn(every as Every, begin) === begin ? period : null;
}

/** The first instant of each day of a period, and of what follows it. */
export function daysIn({ every, timeZone, fromMs }: Period): readonly number[] {
  const begin = Math.floor(wallClock(timeZone, fromMs) / DAY_MS) * DAY_MS;
  return Array.from({ length: daysOf(every) + 1 }, (_, i) => instantAt(timeZone, begin + i * DAY_MS));
}
