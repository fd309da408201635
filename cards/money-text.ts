import type { Money } from '../core/money.ts';

/** Minor digits of a currency by ISO 4217, e.g. 2 for GBP, 0 for JPY. */
const minorDigits = (currency: string): number =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
  2;

/** The exact amount as a person would type it: 6180.00; more digits only where the value has them. */
export function moneyText({ micros, currency }: Money): string {
  const digits = Math.abs(micros).toString().padStart(7, '0');
  const six = digits.slice(-6);
  const minor = minorDigits(currency);
  const fraction = six.slice(0, minor) + six.slice(minor).replace(/0+$/, '');
  const point = fraction === '' ? '' : `.${fraction}`;
  return `${micros < 0 ? '-' : ''}${digits.slice(0, -6)}${point}`;
}

const SIGNS: Readonly<Record<string, string>> = { GBP: '£', EUR: '€', USD: '$', JPY: '¥' };

/**
 * What a person typed as an amount of this currency, or null when it could be read in two ways or would have to be
 * rounded: "6,180.00", "£6180", "6180.5 GBP". Commas only between thousands, a point only before the smaller unit.
 */
export function readMoney(typed: string, currency: string): Money | null {
  const sign = SIGNS[currency] ?? currency;
  const bare = typed.trim().replace(currency, '').replace(sign, '').trim();
  const match = /^(\d{1,10}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,6}))?$/.exec(bare);
  if (!match) return null;
  const [, units = '', fraction = ''] = match;
  if (fraction.replace(/0+$/, '').length > minorDigits(currency)) return null;
  const micros = Number(`${units.replaceAll(',', '')}${fraction.padEnd(6, '0')}`);
  return Number.isSafeInteger(micros) ? { currency, micros } : null;
}
