import type { PersonId } from '../ids.ts';
import { instantAt, wallClock } from '../working-time.ts';
import type { IsHere, OnCall, Override, Plan, Rotation, ShiftsPlan, WeeklyPlan } from './types.ts';

const WEEK_MS = 7 * 86_400_000;
/** As many changes ahead as are looked through for another person: two years of weeks. */
const LOOKS = 104;

/** A stretch with nothing changing within it. */
type Stretch = Omit<OnCall, 'next'>;

/** The first hand-over as its own clocks show it, as if they stood in Greenwich. */
const firstWall = ({ startsOn, time }: WeeklyPlan): number => Date.parse(`${startsOn}T${time}:00Z`);

function weekly(plan: WeeklyPlan, timeZone: string, isHere: IsHere, atMs: number): Stretch {
  const first = firstWall(plan);
  const handOver = (n: number): number => instantAt(timeZone, first + n * WEEK_MS);
  let n = Math.floor((wallClock(timeZone, atMs) - first) / WEEK_MS);
  // In the hour that the clocks show twice, or leave out, what they show is no measure of what has passed.
  if (handOver(n) > atMs) n -= 1;
  else if (handOver(n + 1) <= atMs) n += 1;
  const untilMs = handOver(n + 1);
  if (n < 0) return { person: null, untilMs: handOver(0), passedOver: [], override: null };
  const passedOver: PersonId[] = [];
  for (let i = 0; i < plan.order.length; i += 1) {
    const person = plan.order[(n + i) % plan.order.length];
    if (person === undefined) break;
    if (isHere(person)) return { person, untilMs, passedOver, override: null };
    if (!passedOver.includes(person)) passedOver.push(person);
  }
  return { person: null, untilMs, passedOver, override: null };
}

function byShifts({ shifts }: ShiftsPlan, isHere: IsHere, atMs: number): Stretch {
  const none = { person: null, passedOver: [], override: null } as const;
  const next = shifts.find(({ untilMs }) => untilMs > atMs);
  if (next === undefined) return { ...none, untilMs: null };
  if (next.fromMs > atMs) return { ...none, untilMs: next.fromMs };
  const { person, untilMs } = next;
  return isHere(person) ? { ...none, person, untilMs } : { ...none, passedOver: [person], untilMs };
}

const byPlan = (plan: Plan, timeZone: string, isHere: IsHere, atMs: number): Stretch =>
  plan.kind === 'weekly' ? weekly(plan, timeZone, isHere, atMs) : byShifts(plan, isHere, atMs);

/** Overrides in the order in which they were made: the newest counts, as long as that person is here. */
function stretchAt(
  { plan, timeZone }: Rotation,
  overrides: readonly Override[],
  isHere: IsHere,
  atMs: number,
): Stretch {
  const changes = overrides.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]).filter((ms) => ms > atMs);
  const gone: PersonId[] = [];
  for (const { id, person, fromMs, untilMs } of overrides.toReversed()) {
    if (fromMs > atMs || untilMs <= atMs) continue;
    if (isHere(person))
      return { person, untilMs: Math.min(untilMs, ...changes), passedOver: gone, override: id };
    gone.push(person);
  }
  const base = byPlan(plan, timeZone, isHere, atMs);
  const until = Math.min(base.untilMs ?? Infinity, ...changes);
  const passedOver = [...new Set([...gone, ...base.passedOver])];
  return { ...base, untilMs: until === Infinity ? null : until, passedOver };
}

/** Who is on call in this rotation at an instant, until when, and who is next. */
export function onCallAt(
  rotation: Rotation,
  overrides: readonly Override[],
  isHere: IsHere,
  atMs: number,
): OnCall {
  const now = stretchAt(rotation, overrides, isHere, atMs);
  let changesMs = now.untilMs;
  for (let looks = 0; looks < LOOKS && changesMs !== null; looks += 1) {
    const then = stretchAt(rotation, overrides, isHere, changesMs);
    if (then.person !== now.person) return { ...now, untilMs: changesMs, next: then.person };
    changesMs = then.untilMs;
  }
  return { ...now, untilMs: null, next: null };
}
