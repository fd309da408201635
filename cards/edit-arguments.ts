import { ARGUMENT_LIMITS } from '../core/action-limits.ts';
import { canonicalJson, NotCanonicalError, type Json, type JsonObject } from '../core/canonical-json.ts';
import { Money } from '../core/money.ts';
import { notCanonicalSentence } from '../core/sentences.ts';
import { argumentLabel, argumentNames, type ArgumentLabels } from './arguments.ts';
import type { FormInput } from './model.ts';
import { moneyText, numberText, readMoney, readNumber } from './money-text.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

/** Form fields of arguments start with this, so that an argument called `comment` is no comment. */
const PREFIX = 'argument.';

const BLANK: Omit<FormInput, 'name' | 'label' | 'kind'> = {
  hint: '',
  placeholder: '',
  initial: '',
  required: true,
  maxLength: ARGUMENT_LIMITS.charactersEach,
  currency: '',
  options: [],
};

/** Lists and objects are shown but not edited: in a text field a doubled key would vanish unseen. */
export const isEditable = (value: Json): boolean =>
  value === null || typeof value !== 'object' || Money.safeParse(value).success;

const yesNo = (say: CardWords): FormInput['options'] => [
  { value: 'true', label: say.yes },
  { value: 'false', label: say.no },
];

/** One field for one argument, after the value that it has now. */
function inputFor(say: CardWords, name: string, value: Json, label: string): FormInput {
  const base = { ...BLANK, name: `${PREFIX}${name}`, label };
  const money = Money.safeParse(value);
  if (money.success) {
    const { currency } = money.data;
    return { ...base, kind: 'money', initial: moneyText(money.data, say.language), currency, maxLength: 30 };
  }
  if (typeof value === 'boolean')
    return { ...base, kind: 'select', initial: String(value), options: yesNo(say) };
  if (typeof value === 'number')
    return { ...base, kind: 'text', initial: numberText(value, say.language), maxLength: 30 };
  const initial = typeof value === 'string' ? value : '';
  const long = initial.length > 80 || initial.includes('\n');
  return { ...base, kind: long ? 'multiline' : 'text', initial, required: initial !== '' };
}

/** One field per argument that can be edited, in the order of the card. */
export function editInputs(say: CardWords, args: JsonObject, labels: ArgumentLabels): FormInput[] {
  return argumentNames(args, labels)
    .filter((name) => isEditable(args[name] ?? null))
    .map((name) => inputFor(say, name, args[name] ?? null, argumentLabel(name, labels)));
}

type ReadValue = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly why: string };

function readSame(say: CardWords, typed: string, before: number): ReadValue {
  const value = readNumber(typed, say.language);
  // A whole number stays one: a fraction would be another kind of value.
  const same = value !== null && (!Number.isInteger(before) || Number.isSafeInteger(value));
  return same ? { ok: true, value } : { ok: false, why: say.notANumber };
}

function readValue(say: CardWords, typed: string, before: Json): ReadValue {
  const money = Money.safeParse(before);
  if (money.success) {
    const value = readMoney(typed, money.data.currency, say.language);
    return value ? { ok: true, value } : { ok: false, why: say.notAnAmount };
  }
  if (typeof before === 'number') return readSame(say, typed, before);
  if (typeof before === 'boolean') {
    const known = typed === 'true' || typed === 'false';
    return known ? { ok: true, value: typed === 'true' } : { ok: false, why: say.fieldNeeded };
  }
  if (before === null) return { ok: true, value: typed === '' ? null : typed };
  const emptied = typed.trim() === '' && before !== '';
  return emptied ? { ok: false, why: say.fieldNeeded } : { ok: true, value: typed };
}

/** Platforms send line breaks and accents in forms of their own; neither is a change. */
const typedForm = (text: string): string => text.replace(/\r\n?/g, '\n').normalize('NFC');

function readOne(
  say: CardWords,
  name: string,
  before: Json,
  fields: Readonly<Record<string, string>>,
): ReadValue {
  const field = `${PREFIX}${name}`;
  const kept = { ok: true, value: before } as const;
  if (!Object.hasOwn(fields, field) || !isEditable(before)) return kept;
  const given = typedForm(fields[field] ?? '');
  if (given === typedForm(inputFor(say, name, before, '').initial)) return kept;
  const read = readValue(say, given, before);
  return read.ok ? canonicalOnly(say, read) : read;
}

/** What cannot be digested cannot be signed. */
function canonicalOnly(say: CardWords, read: Extract<ReadValue, { ok: true }>): ReadValue {
  try {
    canonicalJson(read.value);
    return read;
  } catch (error) {
    if (error instanceof NotCanonicalError)
      return { ok: false, why: notCanonicalSentence(error, { language: say.language }) };
    throw error;
  }
}

export type EditedArguments =
  | {
      readonly ok: true;
      readonly args: JsonObject;
      readonly changed: boolean;
      readonly comment: string | null;
    }
  /** By field name, as the form has them. */
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

/**
 * The arguments after the edit form came back. A field that is missing, left alone or was never offered keeps its value;
 * no argument is ever added, removed or given another type.
 */
export function readEditedArguments(
  args: JsonObject,
  fields: Readonly<Record<string, string>>,
  language: Language = 'en',
): EditedArguments {
  const say = wordsIn(language);
  const read = Object.entries(args).map(
    ([name, before]) => [name, readOne(say, name, before, fields)] as const,
  );
  const errors = read.flatMap(([name, one]) => (one.ok ? [] : [[`${PREFIX}${name}`, one.why] as const]));
  if (errors.length > 0) return { ok: false, errors: Object.fromEntries(errors) };
  const edited = Object.fromEntries(
    read.flatMap(([name, one]) => (one.ok ? [[name, one.value] as const] : [])),
  );
  const comment = (Object.hasOwn(fields, 'comment') ? (fields['comment'] ?? '') : '').trim();
  return {
    ok: true,
    args: edited,
    changed: canonicalJson(edited) !== canonicalJson(args),
    comment: comment === '' ? null : comment,
  };
}
