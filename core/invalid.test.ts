import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { INVALID_ENGLISH, INVALID_GERMAN } from './invalid-words.ts';
import { whyInvalid } from './invalid.ts';
import { Policy } from './policy-types.ts';

const why = (schema: z.ZodType, value: unknown, language: 'en' | 'de') =>
  whyInvalid(schema.safeParse(value, { reportInput: true }).error?.issues ?? [], language);

describe('what is wrong with something written by hand', () => {
  it.each<[string, z.ZodType, unknown, string, string]>([
    ['missing', z.object({ risk: z.string() }), {}, 'risk is missing.', 'risk fehlt.'],
    ['of another type', z.object({ n: z.int() }), { n: 'x' }, 'n must be a number.', 'n muss eine Zahl sein.'],
    ['not whole', z.object({ n: z.int() }), { n: 1.5 }, 'n must be a whole number.', 'n muss eine ganze Zahl sein.'],
    ['none of these', z.enum(['low', 'high']), 'x', 'must be one of "low", "high".', 'muss eines davon sein: "low", "high".'],
    ['too small', z.number().min(1000), 2, 'must be 1,000 or more.', 'muss mindestens 1.000 sein.'],
    ['not above', z.number().positive(), 0, 'must be above 0.', 'muss über 0 liegen.'],
    ['too big', z.number().max(20), 21, 'must be 20 or less.', 'darf höchstens 20 sein.'],
    ['not below', z.number().negative(), 0, 'must be below 0.', 'muss unter 0 liegen.'],
    ['too short', z.array(z.string()).min(1), [], 'must be 1 long or longer.', 'muss mindestens die Länge 1 haben.'],
    ['too long', z.string().max(2), 'abc', 'must be 2 long or shorter.', 'darf höchstens die Länge 2 haben.'],
    ['of unknown keys', z.strictObject({}), { a: 1 }, 'does not take "a".', 'kennt nicht: "a".'],
    ['out of form', z.string().regex(/^x$/, 'our own English'), 'y', 'is not what is wanted here.', 'ist nicht das, was hier stehen muss.'],
  ])('%s', (_, schema, value, english, german) => {
    expect(why(schema, value, 'en')).toBe(english);
    expect(why(schema, value, 'de')).toBe(german);
  }); // prettier-ignore

  it('says where, as a person counts, and no more than five things', () => {
    const rule = { when: {}, risk: 'low', require: { stages: [{ name: 'a', quorum: 0, who: [] }] } };
    const said = why(Policy, { id: 'p', version: 1, rules: [rule] }, 'de');
    expect(said).toMatch(/^rules\[1\]\.require\.stages\[1\]\.quorum muss mindestens 1 sein; /);
    expect(said.split('; ')).toHaveLength(5);
    expect(said).not.toMatch(/expected|Invalid|must|missing/);
  });

  it('has other words for each in German', () => {
    const texts = (words: object): string[] =>
      Object.values(words).flatMap((one: unknown) =>
        typeof one === 'object'
          ? Object.values(one as object).map(String)
          : String(typeof one === 'function' ? (one as (x: string) => string)('x') : one),
      );
    const [en, de] = [texts(INVALID_ENGLISH), texts(INVALID_GERMAN)];
    for (const [i, words] of de.entries()) expect(words).not.toBe(en[i]);
  });
});
