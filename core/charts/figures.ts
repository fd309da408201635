import { dateFormat } from '../formats.ts';
import { LOCALES, type Language } from '../language.ts';
import type { ChartUnit } from './chart.ts';
import { CHART_WORDS } from './words.ts';

const fixed = (language: Language, value: number, least: number, most = least): string =>
  value.toLocaleString(LOCALES[language], { minimumFractionDigits: least, maximumFractionDigits: most });

function length(language: Language, ms: number): string {
  const { hour, day } = CHART_WORDS[language];
  if (ms !== 0 && ms < 1000) return `${fixed(language, ms, 0)} ms`;
  if (ms < 60_000) return `${fixed(language, ms / 1000, 0, 1)} s`;
  if (ms < 3_600_000) return `${fixed(language, ms / 60_000, 0, ms < 600_000 ? 1 : 0)} min`;
  if (ms < 172_800_000) return `${fixed(language, ms / 3_600_000, 0, 1)} ${hour}`;
  return `${fixed(language, ms / 86_400_000, 0, 1)} ${day}`;
}

function dollars(language: Language, micros: number): string {
  const value = micros / 1e6;
  const [least, most] = Number.isInteger(value) ? [0, 0] : [2, Math.abs(value) < 1 ? 3 : 2];
  return CHART_WORDS[language].dollars(fixed(language, value, least, most));
}

/** A value with its unit as a reader of the language writes it: 81.3%, 4.2 s, US$38.74, 1,984, 0.81. */
export function figure(language: Language, unit: ChartUnit, value: number): string {
  switch (unit) {
    case 'ratio':
      return value.toLocaleString(LOCALES[language], { style: 'percent', maximumFractionDigits: 1 });
    case 'ms':
      return length(language, value);
    case 'usd_micros':
      return dollars(language, value);
    case 'count':
      return fixed(language, value, 0, 1);
    case 'score':
      return fixed(language, value, 0, 2);
  }
}

/** An instant as an axis writes it: the day where the span is longer than two days, else the time. */
export function instant(
  language: Language,
  atMs: number,
  timeZone: string,
  form: 'axis-day' | 'axis-time' | 'full',
): string {
  const options: Intl.DateTimeFormatOptions =
    form === 'axis-day'
      ? { day: 'numeric', month: 'short' }
      : form === 'axis-time'
        ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
        : {
            weekday: 'short',
            day: 'numeric',
            month: 'short',
            hour: '2-digit',
            minute: '2-digit',
            hourCycle: 'h23',
          };
  return dateFormat(LOCALES[language], { ...options, timeZone }).format(new Date(atMs));
}

/** Round values for an axis from 0 (or the lowest) to the highest: three to five of them, in steps a person counts in. */
export function ticks(unit: ChartUnit, lowest: number, highest: number): readonly number[] {
  const span = highest - lowest;
  if (!(span > 0)) return [lowest];
  const step = niceStep(unit, span / 3);
  const first = Math.floor(lowest / step + 1e-9);
  const last = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

const MINUTE = 60_000;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 96].map((n) => n * 60 * MINUTE),
];

function niceStep(unit: ChartUnit, rough: number): number {
  if (unit === 'ms' && rough > 20_000) {
    const fitting = TIME_STEPS.find((step) => step >= rough);
    if (fitting !== undefined) return fitting;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= rough - 1e-12) ?? 10 * power;
  return unit === 'count' ? Math.max(1, Math.round(step)) : step;
}
