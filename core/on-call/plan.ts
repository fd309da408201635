import type { PersonId } from '../ids.ts';
import { wallClock } from '../working-time.ts';
import type { Shift, WeeklyPlan } from './types.ts';

const WEEK_MS = 7 * 86_400_000;
/** More than anybody hands a telephone round. */
const MOST_PEOPLE = 50;
/** Two a day for a year and more; a calendar that has more is none of shifts. */
export const MOST_SHIFTS = 800;
const LONGEST_MS = 366 * 86_400_000;

/** The weekly plan that hands over at that instant of the week; the first in `order` is on call now already. */
export function weeklyPlan(
  order: readonly PersonId[],
  handOverMs: number,
  { timeZone, nowMs }: { readonly timeZone: string; readonly nowMs: number },
): WeeklyPlan {
  const now = wallClock(timeZone, nowMs);
  const wall = wallClock(timeZone, handOverMs);
  const started = new Date(wall - Math.ceil((wall - now) / WEEK_MS) * WEEK_MS).toISOString();
  return { kind: 'weekly', startsOn: started.slice(0, 10), time: started.slice(11, 16), order };
}

export type WhyNoPlan = 'oncall-nobody' | 'oncall-too-many' | 'oncall-two-at-once';

export const whyNoOrder = (order: readonly PersonId[]): WhyNoPlan | null =>
  order.length === 0 ? 'oncall-nobody' : order.length > MOST_PEOPLE ? 'oncall-too-many' : null;

/** Shifts as a plan holds them: in order, one after another. */
export function readShifts(
  found: readonly Shift[],
): { readonly shifts: readonly Shift[] } | { readonly why: WhyNoPlan } {
  if (found.length === 0) return { why: 'oncall-nobody' };
  if (found.length > MOST_SHIFTS) return { why: 'oncall-too-many' };
  const shifts = found.toSorted((a, b) => a.fromMs - b.fromMs);
  const clash = shifts.some(({ fromMs }, i) => i > 0 && fromMs < (shifts[i - 1]?.untilMs ?? 0));
  return clash ? { why: 'oncall-two-at-once' } : { shifts };
}

export type WhyNoOverride = 'time-passed' | 'window-backwards' | 'window-too-long';

export function whyNoOverride(
  { fromMs, untilMs }: Omit<Shift, 'person'>,
  nowMs: number,
): WhyNoOverride | null {
  if (untilMs <= nowMs) return 'time-passed';
  if (untilMs <= fromMs) return 'window-backwards';
  return untilMs - fromMs > LONGEST_MS ? 'window-too-long' : null;
}
