import { z } from 'zod';
import { isPlace, splitPlaces } from './ledger/checkpoint-places.ts';
import { readWitness } from './ledger/cosignature.ts';
import { USUAL_RATES, type Rates } from './rates.ts';
import { parseEncryptionKey } from './seal.ts';

/** Set but empty counts as absent everywhere except for secrets, where it is a mistake worth naming. */
export const text = z
  .string()
  .optional()
  .transform((value) => value || null);
export const secret = z.string().min(1, 'is set but empty').optional().transform((value) => value ?? null); // prettier-ignore
export const url = (...schemes: string[]) =>
  text.refine((v) => v === null || schemes.some((s) => v.startsWith(`${s}://`)), {
    message: `must begin with ${schemes.map((s) => `${s}://`).join(' or ')}`,
  });
export const port = (preset: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number')
    .transform(Number)
    .refine((n) => n <= 65_535, 'must be a port number')
    .default(preset);
export const share = (preset: number) =>
  z
    .string()
    .regex(/^(0|1|0?\.\d{1,6})$/, 'must be a share from 0 to 1, such as 0.05')
    .transform(Number)
    .default(preset);
/** `person=60,tenant=500`: how many requests a minute; what is not named stays as usual. */
export const rates = z
  .string()
  .optional()
  .transform((given, ctx): Rates => {
    const set: Record<keyof Rates, number> = { ...USUAL_RATES };
    for (const part of (given ?? '').split(',').filter((one) => one.trim() !== '')) {
      const [, name = '', most = ''] = /^\s*([a-z]+)\s*=\s*([1-9]\d{0,6})\s*$/.exec(part) ?? [];
      if (Object.hasOwn(set, name)) set[name as keyof Rates] = Number(most);
      else
        ctx.addIssue({ code: 'custom', message: `"${part.trim()}" is no rate; e.g. person=60,tenant=500` });
    }
    return set;
  });

/** From the three seconds that the real chats give to a minute; null: three. */
export const chatsWait = z
  .string()
  .regex(/^(?:[3-9]\d{3}|[1-5]\d{4}|60000)$/, 'must be a number of milliseconds from 3000 to 60000')
  .transform(Number)
  .optional()
  .transform((value) => value ?? null);

/** How many proxies in front write down whom they passed on: none is believed unless it is counted here. */
export const proxies = z
  .string()
  .regex(/^\d$/, 'must be a whole number from 0 to 9')
  .transform(Number)
  .default(0);

export const count = (preset: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'must be a whole number from 1 to 999999')
    .transform(Number)
    .default(preset);
/** How often rules look: never more seldom than each minute, which is what "it stayed clear" counts on. */
export const lookSeconds = z
  .string()
  .regex(/^([5-9]|[1-5]\d|60)$/, 'must be a whole number of seconds from 5 to 60')
  .transform(Number)
  .default(60);
/** Origins, with commas between: scheme and host only, so that nobody takes a path for a limit. */
export const origins = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  .refine((all) => all.every((one) => URL.canParse(one) && new URL(one).origin === one), {
    message: 'must be origins such as https://hooks.example.internal:8443, with commas between',
  });
/** One origin, as browsers name it. */
export const origin = text.refine((v) => v === null || (URL.canParse(v) && new URL(v).origin === v), {
  message: 'must be an origin such as https://countersign.example.com, without a path',
});
export const flag = z.enum(['0', '1']).default('0').transform((value) => value === '1'); // prettier-ignore
/** A flat JSON object of texts, e.g. the endpoints of a sovereign cloud. */
export const json = z
  .string()
  .optional()
  .transform((value, context) => {
    if (!value) return null;
    try {
      return z.record(z.string(), z.string()).parse(JSON.parse(value));
    } catch {
      context.addIssue('must be a JSON object of texts');
      return z.NEVER;
    }
  });
export const encryptionKey = secret.refine((value) => value === null || isKey(value), {
  message: 'must be 32 bytes, as base64 or 64 hexadecimal digits',
});

function isKey(value: string): boolean {
  try {
    return parseEncryptionKey(value).length === 32;
  } catch {
    return false;
  }
}

/** A name as a signed note takes it (https://c2sp.org/signed-note). */
export const noteName = z.string().regex(/^[^\s+]{1,200}$/, 'must have no spaces and no plus signs');
/** `file:FOLDER` and `s3:BUCKET/PREFIX`, one or more. */
export const places = z
  .string()
  .default('')
  .transform(splitPlaces)
  .refine((all) => all.every(isPlace), 'must be file:FOLDER or s3:BUCKET/PREFIX, with spaces between');

const isWitnessKey = (key: string): boolean => {
  try {
    return readWitness(key).name !== '';
  } catch {
    return false;
  }
};

/** Addresses and keys in turn, with spaces between: `https://witness.example name+hint+key`. */
export const witnesses = z
  .string()
  .default('')
  .transform((text) => text.split(/\s+/).filter((one) => one !== ''))
  .transform((all) =>
    all.flatMap((url, i) =>
      i % 2 === 0 ? [{ url: url.replace(/\/$/, ''), verifierKey: all[i + 1] ?? '' }] : [],
    ),
  )
  .refine(
    (all) =>
      all.every(({ url, verifierKey }) => /^https?:\/\/[^\s?#]+$/.test(url) && isWitnessKey(verifierKey)),
    'must be an address and the key of that witness (name+hint+key, for cosignature/v1), with a space between',
  );

/** Where ledgers are streamed to. */
export const siemAddress = z
  .string()
  .regex(
    /^(file:.+|syslog\+tls:\/\/[^\s/]+|https:\/\/\S+)$/,
    'must be file:PATH, syslog+tls://HOST:PORT or https://...',
  )
  .nullable()
  .default(null);
