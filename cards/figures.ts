import type { UsdMicros } from '../core/money.ts';

/** `1 signature`, `2 signatures`; the plural is the singular with an s unless given. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;

/** US dollars with as many digits as a model call needs: US$0.0476, US$0.048, US$40.08. */
export function usd(micros: UsdMicros, digits?: number): string {
  const dollars = micros / 1e6;
  const places = digits ?? (Math.abs(dollars) < 1 && micros % 10_000 !== 0 ? 3 : 2);
  return `US$${dollars.toLocaleString('en-GB', { minimumFractionDigits: places, maximumFractionDigits: places })}`;
}

/** A length of time in two units at most: 38 ms, 7.9 s, 22 min, 1 h 4 min, 2 d 3 h. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** A share of the score with its sign: +0.18, −0.09. */
export const weight = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share).toFixed(2)}`;

/** The ends of a digest, for the eye; the whole is in the ledger. */
export const shortDigest = (digest: string): string => `${digest.slice(0, 4)}…${digest.slice(-4)}`;

/** `#1284`, or `#1284 to #1292`. */
export const ledgerRange = (range: { readonly first: number; readonly last: number }): string =>
  range.first === range.last ? `#${range.last}` : `#${range.first} to #${range.last}`;
