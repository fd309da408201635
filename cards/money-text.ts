import { numberFormat } from '../core/formats.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import type { Language } from '../core/language.ts';
import type { Money } from '../core/money.ts';

/** Minor digits of a currency by ISO 4217, e.g. 2 for GBP, 0 for JPY. */
const minorDigits = (currency: string): number =>
  numberFormat('en-GB', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** The exact amount as a person would type it: 6180.00, in German 6180,00; more digits only where the value has them. */
export function moneyText({ micros, currency }: Money, language: Language): string {
  const digits = Math.abs(micros).toString().padStart(7, '0');
  const six = digits.slice(-6);
  const minor = minorDigits(currency);
  const fraction = six.slice(0, minor) + six.slice(minor).replace(/0+$/, '');
  const point = fraction === '' ? '' : `${POINTS[language].decimal}${fraction}`;
  return `${micros < 0 ? '-' : ''}${digits.slice(0, -6)}${point}`;
}

const SIGNS: Readonly<Record<string, string>> = { GBP: '£', EUR: '€', USD: '$', JPY: '¥' };

const POINTS = { en: { thousands: ',', decimal: '.' }, de: { thousands: '.', decimal: ',' } } as const;

/** The very number, as a person would type it: 0.25, in German 0,25. Nothing is rounded or set apart. */
export const numberText = (value: number, language: Language): string =>
  canonicalJson(value).replace('.', POINTS[language].decimal);

const NUMBERS = { en: /^-?\d{1,16}(\.\d{1,15})?$/, de: /^-?\d{1,16}(,\d{1,15})?$/ } as const;

/** What a person typed as a number; null when it is none, or would be another one in another language. */
export function readNumber(typed: string, language: Language): number | null {
  if (!NUMBERS[language].test(typed.trim())) return null;
  const value = Number(typed.trim().replace(',', '.'));
  return Number.isFinite(value) && !Object.is(value, -0) ? value : null;
}

/** In a language: digits with or without thousands set apart, then the smaller unit. */
const AMOUNTS = {
  en: /^(\d{1,10}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,6}))?$/,
  de: /^(\d{1,10}|\d{1,3}(?:\.\d{3}){1,3})(?:,(\d{1,6}))?$/,
} as const;

/**
 * What a person typed as an amount of this currency, or null when it could be read in two ways or would have to be
 * rounded: "6,180.00", "£6180", "6180.5 GBP", in German "6.180,00 €". More digits after the point than the currency's
 * smaller unit has are refused even as noughts: what is 6.18 in one language is six thousand in the other.
 */
export function readMoney(typed: string, currency: string, language: Language): Money | null {
  const sign = SIGNS[currency] ?? currency;
  const bare = typed.trim().replace(currency, '').replace(sign, '').trim();
  const match = AMOUNTS[language].exec(bare);
  if (!match) return null;
  const [, units = '', fraction = ''] = match;
  const minor = minorDigits(currency);
  if (fraction.length > minor || (minor > 2 && fraction === '' && /[.,]/.test(units))) return null;
  const micros = Number(`${units.replaceAll(POINTS[language].thousands, '')}${fraction.padEnd(6, '0')}`);
  return Number.isSafeInteger(micros) ? { currency, micros } : null;
}
