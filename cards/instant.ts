import { dateFormat } from '../core/formats.ts';
import type { TimeForm } from './model.ts';
import type { CardWords } from './words.ts';

const MOMENT: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
};

const PARTS: Record<TimeForm, Intl.DateTimeFormatOptions> = {
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  moment: MOMENT,
  deadline: MOMENT,
};

/** An instant (epoch ms, UTC) in an IANA zone with the zone's name: "Thu 26 Nov, 09:12 GMT". */
export function printInstant(say: CardWords, atMs: number, form: TimeForm, timeZone: string): string {
  return dateFormat(say.locale, { ...PARTS[form], timeZone }).format(new Date(atMs));
}
