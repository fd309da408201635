import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../core/canonical-json.ts';
import { editInputs, readEditedArguments } from './edit-arguments.ts';
import { moneyText, readMoney } from './money-text.ts';
import { wordsIn } from './languages.ts';
import { ARGS } from './samples.ts';

describe('amounts as typed', () => {
  it('are exact and come back as they were', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), fc.constantFrom('GBP', 'EUR', 'USD'), (cents, currency) => {
        const money = { currency, micros: cents * 10_000 };
        expect(readMoney(moneyText(money, 'en'), currency, 'en')).toEqual(money);
      }),
    );
  });

  it('are read in the ways people write them', () => {
    const pounds = { currency: 'GBP', micros: 5_830_000_000 };
    for (const typed of ['5830', '5,830.00', '£5,830', ' 5830.0 GBP', 'GBP 5830.00'])
      expect(readMoney(typed, 'GBP', 'en')).toEqual(pounds);
    expect(readMoney('500', 'JPY', 'en')).toEqual({ currency: 'JPY', micros: 500_000_000 });
  });

  it('are refused where they could mean two things or would be rounded', () => {
    for (const typed of [
      '5830,00',
      '5.830,00',
      '58,30',
      '1e3',
      '-5',
      '',
      'five',
      '1.005',
      '0x10',
      '$5',
      '99999999999',
    ])
      expect(readMoney(typed, 'GBP', 'en')).toBeNull();
    expect(readMoney('5.5', 'JPY', 'en')).toBeNull();
  });
});

describe('an edit', () => {
  const fieldsOf = (args: JsonObject): Record<string, string> =>
    Object.fromEntries(editInputs(wordsIn('en'), args, {}).map(({ name, initial }) => [name, initial]));

  it('left alone changes nothing, whatever the arguments', () => {
    const value = fc.oneof(
      fc.string({ maxLength: 40 }).map((s) => s.normalize('NFC')),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant({ currency: 'GBP', micros: 1_230_001 }),
      fc.constant([1, { a: 'b' }]),
    );
    const name = fc.stringMatching(/^[a-z_]{1,12}$/);
    fc.assert(
      fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (args) => {
        const read = readEditedArguments(args as JsonObject, fieldsOf(args as JsonObject));
        expect(read).toEqual({ ok: true, args, changed: false, comment: null });
      }),
    );
  });

  it('changes what was typed and keeps the rest', () => {
    const read = readEditedArguments(ARGS, { 'argument.amount': '5,830.00', comment: ' excess ' });
    expect(read).toEqual({
      ok: true,
      args: { ...ARGS, amount: { currency: 'GBP', micros: 5_830_000_000 } },
      changed: true,
      comment: 'excess',
    });
  });

  it('adds no argument and reaches no prototype', () => {
    const read = readEditedArguments(ARGS, {
      'argument.admin': 'true',
      'argument.__proto__': 'x',
      admin: 'true',
    });
    expect(read).toMatchObject({ ok: true, args: ARGS, changed: false });
  });

  it('names the field that cannot be read', () => {
    const args: JsonObject = { n: 3, yes: true, text: 'x', amount: { currency: 'GBP', micros: 1_000_000 } };
    const read = readEditedArguments(args, {
      'argument.n': '3.5',
      'argument.yes': 'maybe',
      'argument.text': ' ',
      'argument.amount': 'a lot',
    });
    expect(read.ok ? [] : Object.keys(read.errors)).toEqual([
      'argument.n',
      'argument.yes',
      'argument.text',
      'argument.amount',
    ]);
  });

  it('refuses half characters, and takes another accent form for what it is', () => {
    expect(readEditedArguments({ text: 'x' }, { 'argument.text': '\uD800' }).ok).toBe(false);
    expect(readEditedArguments({ text: 'é' }, { 'argument.text': 'e\u0301' })).toMatchObject({
      changed: false,
    });
  });
});
