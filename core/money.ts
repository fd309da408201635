import { numberFormat } from './formats.ts';
import { z } from 'zod';

/** An amount in millionths of the currency's main unit: £6,180.00 is 6_180_000_000 micros. ISO 4217 code. */
export const Money = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  micros: z.int(),
});
export type Money = z.infer<typeof Money>;

/** US dollars in micros, the unit of every price and cost. */
export type UsdMicros = number;

/** `£6,180.00` for a reader of the locale; never rounded further than the currency's own minor unit needs. */
export function formatMoney(money: Money, locale = 'en-GB'): string {
  return numberFormat(locale, { style: 'currency', currency: money.currency }).format(money.micros / 1e6);
}
