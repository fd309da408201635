import type { Amount } from './file.ts';

const day = (date: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(new Date(`${date}T00:00:00Z`));

/** 17 November */
export const dayAndMonth = (date: string): string => day(date, { day: 'numeric', month: 'long' });

/** £350 or £1,240.50 */
export const amountText = ({ currency, micros }: Amount): string =>
  new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
    ...(micros % 1e6 === 0 && { minimumFractionDigits: 0 }),
  }).format(micros / 1e6);

/** plumber, photos and meter */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const small = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const ORDINALS = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth'];
export const ordinal = (n: number): string => ORDINALS[n - 1] ?? `${n}th`;

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** Whole months, as people count them. */
export function monthsBetween(from: string, to: string): number {
  const [a, b] = [new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`)];
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  return b.getUTCDate() < a.getUTCDate() ? months - 1 : months;
}

export const hundredths = (n: number): number => Math.round(n * 100) / 100;
