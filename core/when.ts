import { instantAt, wallClock } from './working-time.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** From where words like "friday 14:00" are read: the speaker's clock and place. */
export interface Speaking {
  readonly nowMs: number;
  /** IANA zone. */
  readonly timeZone: string;
  /** Minutes after midnight that a day without a time of day stands for: 0 its begin, 1440 its end. */
  readonly dayMeans: number;
}

const MONTHS = [
  ['jan', 'january', 'januar', 'jän', 'jänner'],
  ['feb', 'february', 'februar'],
  ['mar', 'march', 'mär', 'märz', 'maerz', 'mrz'],
  ['apr', 'april'],
  ['may', 'mai'],
  ['jun', 'june', 'juni'],
  ['jul', 'july', 'juli'],
  ['aug', 'august'],
  ['sep', 'sept', 'september'],
  ['oct', 'october', 'okt', 'oktober'],
  ['nov', 'november'],
  ['dec', 'december', 'dez', 'dezember'],
];
/** From Sunday on, as `getUTCDay` counts. */
const WEEKDAYS = [
  ['sun', 'sunday', 'so', 'sonntag'],
  ['mon', 'monday', 'mo', 'montag'],
  ['tue', 'tues', 'tuesday', 'di', 'dienstag'],
  ['wed', 'wednesday', 'mi', 'mittwoch'],
  ['thu', 'thur', 'thurs', 'thursday', 'do', 'donnerstag'],
  ['fri', 'friday', 'fr', 'freitag'],
  ['sat', 'saturday', 'sa', 'samstag', 'sonnabend'],
];
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:m|min|mins|minutes?|minuten?)$/, MINUTE_MS],
  [/^(?:h|hours?|std|stunden?)$/, 60 * MINUTE_MS],
  [/^(?:d|days?|tage?n?)$/, DAY_MS],
  [/^(?:w|weeks?|wochen?)$/, 7 * DAY_MS],
];
/** Words that say nothing about when. */
const FILLERS = /\b(?:at|on|um|am|den|der|next|this|nächsten?|kommenden?|diesen?|o['’]clock|uhr)(?=\s|$)|,/g;

const indexIn = (names: readonly (readonly string[])[], word: string): number =>
  names.findIndex((one) => one.includes(word.replace(/\.$/, '')));

/** A day as if its midnight stood in Greenwich; null when there is no such day. */
function dayOf(year: number, month: number, day: number): number | null {
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.getTime() : null;
}

/** Without a year the next such day is meant, today included. */
function dayInYear(today: number, month: number, day: number): number | null {
  const year = new Date(today).getUTCFullYear();
  const first = dayOf(year, month, day);
  return first !== null && first >= today ? first : dayOf(year + 1, month, day);
}

function namedDay(word: string, today: number): number | null {
  if (word === 'today' || word === 'heute') return today;
  if (word === 'tomorrow' || word === 'morgen') return today + DAY_MS;
  const weekday = indexIn(WEEKDAYS, word);
  if (weekday < 0) return null;
  return today + ((weekday - new Date(today).getUTCDay() + 6) % 7) * DAY_MS + DAY_MS;
}

const YMD = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const DMY = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/;
const D_MONTH = /^(\d{1,2})\.? ?(\p{L}+\.?)(?: (\d{4}))?$/u;

/** `2026-11-27`, `27.11.`, `27.11.2026`, `27 Nov`, `27. November 2026`, `friday`, `morgen`. */
function readDay(said: string, today: number): number | null {
  const iso = YMD.exec(said);
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dotted = DMY.exec(said);
  if (dotted) return withYear(today, dotted[3], Number(dotted[2]), Number(dotted[1]));
  const spelled = D_MONTH.exec(said);
  if (spelled === null) return namedDay(said, today);
  const month = indexIn(MONTHS, spelled[2] ?? '') + 1;
  return month === 0 ? null : withYear(today, spelled[3], month, Number(spelled[1]));
}

const withYear = (today: number, year: string | undefined, month: number, day: number): number | null =>
  year === undefined ? dayInYear(today, month, day) : dayOf(Number(year), month, day);

const TIME = /(?:^|[\s t])(\d{1,2})(?::(\d{2})|(?=\s*(?:am|pm)$))\s*(am|pm)?$/;

/** Minutes after midnight at the end of what was said, and what stands before it; no minutes: none were said. */
function readTime(said: string): { readonly rest: string; readonly minutes: number | null } | null {
  const found = TIME.exec(said);
  if (found === null) return { rest: said, minutes: null };
  const [, hours = '', minutes = '0', half] = found;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half === 'pm' ? 12 : 0);
  const isClock = hour <= 23 && Number(minutes) <= 59 && (half === undefined || Number(hours) <= 12);
  return isClock ? { rest: said.slice(0, found.index).trim(), minutes: hour * 60 + Number(minutes) } : null;
}

/** `in 3 days`, `4h`: the same time of day where days are counted, whatever the clocks do between. */
function readSpan(said: string, { nowMs, timeZone }: Speaking): number | null {
  const found = /^(?:in )?(\d{1,4}) ?(\p{L}+)$/u.exec(said);
  const unit = UNITS.find(([name]) => name.test(found?.[2] ?? ''))?.[1];
  if (!found || unit === undefined) return null;
  const span = Number(found[1]) * unit;
  return unit < DAY_MS ? nowMs + span : instantAt(timeZone, wallClock(timeZone, nowMs) + span);
}

/** German hours, `14 Uhr`, as the clock writes them. */
const tidy = (words: string): string =>
  words
    .toLowerCase()
    .replace(/(\d{1,2})(?::(\d{2}))? uhr\b/g, (_, hour: string, minutes = '00') => `${hour}:${minutes}`)
    .replace(FILLERS, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * The instant that a person means, in English or German words, by their own clocks: `tomorrow 9:00`, `Freitag`,
 * `27 Nov 14:30`, `in 3 days`, `14:00` (the next). Epoch ms; null when it cannot be told, which is never guessed at.
 */
export function readWhen(words: string, speaking: Speaking): number | null {
  const { nowMs, timeZone, dayMeans } = speaking;
  const said = tidy(words.replace(/\b(\d{1,2})(:\d{2})? ?(am|pm)\b/gi, '$1$2$3'));
  if (said === '') return null;
  const span = readSpan(said, speaking);
  if (span !== null) return toMinute(span);
  const time = readTime(said);
  if (time === null) return null;
  const now = wallClock(timeZone, nowMs);
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const at = (day: number, minutes: number): number => instantAt(timeZone, day + minutes * MINUTE_MS);
  if (time.rest === '') {
    if (time.minutes === null) return null;
    const first = at(today, time.minutes);
    return first > nowMs ? first : at(today + DAY_MS, time.minutes);
  }
  const day = readDay(time.rest, today);
  return day === null ? null : at(day, time.minutes ?? dayMeans);
}

/** Up to the next whole minute, as people say times. */
export const toMinute = (atMs: number): number => Math.ceil(atMs / MINUTE_MS) * MINUTE_MS;

/** Nine o'clock on the next day by the clocks of a place. */
export const tomorrowMorning = (nowMs: number, timeZone: string): number =>
  readWhen('tomorrow 9:00', { nowMs, timeZone, dayMeans: 0 }) ?? nowMs + DAY_MS;
