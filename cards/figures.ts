import type { UsdMicros } from '../core/money.ts';
import type { CardWords } from './words.ts';

/** US dollars with as many digits as a model call needs: US$0.0476, US$0.048, US$40.08. */
export function usd(say: CardWords, micros: UsdMicros, digits?: number): string {
  const dollars = micros / 1e6;
  const places = digits ?? (Math.abs(dollars) < 1 && micros % 10_000 !== 0 ? 3 : 2);
  const figure = dollars.toLocaleString(say.locale, {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  return say.dollars(figure);
}

/** A figure with so many digits after the point (or comma). */
export const fixed = (say: CardWords, value: number, digits: number): string =>
  value.toLocaleString(say.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A whole number, with its thousands set apart. */
export const whole = (say: CardWords, value: number): string => value.toLocaleString(say.locale);

/** A length of time in two units at most: 38 ms, 7.9 s, 22 min, 1 h 4 min, 2 d 3 h. */
export function duration(say: CardWords, ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${fixed(say, ms / 1000, 1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} ${say.h}` : `${hours} ${say.h} ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} ${say.d}` : `${days} ${say.d} ${hours % 24} ${say.h}`;
}

/** A share of the score with its sign: +0.18, −0.09. */
export const weight = (say: CardWords, share: number): string =>
  `${share < 0 ? '−' : '+'}${fixed(say, Math.abs(share), 2)}`;

/** The ends of a digest, for the eye; the whole is in the ledger. */
export const shortDigest = (digest: string): string => `${digest.slice(0, 4)}…${digest.slice(-4)}`;

/** `#1284`, or `#1284 to #1292`. */
export const ledgerRange = (
  say: CardWords,
  range: { readonly first: number; readonly last: number },
): string => (range.first === range.last ? `#${range.last}` : say.firstToLast(range.first, range.last));
