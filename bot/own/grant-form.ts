import { argumentLabel, argumentText } from '../../cards/arguments.ts';
import type { CommandField } from '../../cards/command-form.ts';
import { wordsIn } from '../../cards/languages.ts';
import { moneyText, numberText, readMoney, readNumber } from '../../cards/money-text.ts';
import type { CardWords } from '../../cards/words.ts';
import type { ApprovalState } from '../../core/approval/types.ts';
import type { Json, JsonObject } from '../../core/canonical-json.ts';
import { GrantRequest, type Bound } from '../../core/grants.ts';
import type { Language } from '../../core/language.ts';
import { Money } from '../../core/money.ts';
import type { ApprovalView } from '../../core/views.ts';

const KINDS = ['equal', 'any', 'one_of', 'at_least', 'at_most', 'between'] as const;
type Kind = (typeof KINDS)[number];

const DAY_MS = 24 * 3_600_000;
const MOST = { uses: 1000, days: 365, hours: 8784 } as const;

const isScalar = (value: Json): boolean =>
  value === null || typeof value !== 'object' || Money.safeParse(value).success;
const hasSize = (value: Json): boolean => typeof value === 'number' || Money.safeParse(value).success;

/** Only what can be compared has an upper and a lower end; a list or an object is anything, or it is not granted. */
const kindsFor = (value: Json): readonly Kind[] => {
  if (!isScalar(value)) return ['any'];
  return hasSize(value) ? KINDS : ['equal', 'any', 'one_of'];
};

function asTyped(say: CardWords, value: Json): string {
  const money = Money.safeParse(value);
  if (money.success) return moneyText(money.data, say.language);
  if (typeof value === 'number') return numberText(value, say.language);
  return value === null || typeof value === 'object' ? '' : String(value);
}

function fieldsOf(say: CardWords, name: string, value: Json, label: string): CommandField[] {
  const kinds = kindsFor(value);
  const options = kinds.map((kind) => ({ value: kind, label: say.own.bounds[kind] }));
  const which: CommandField = {
    ...{ name: `bound.${name}`, label: say.own.boundOf(label), placeholder: '', kind: 'select', options },
    initial: kinds[0] ?? 'any',
  };
  const what: CommandField = {
    ...{
      name: `value.${name}`,
      label: say.own.valueOf(label),
      placeholder: argumentText(say, value).slice(0, 100),
    },
    ...{ hint: say.own.valueHint, initial: asTyped(say, value).slice(0, 300), required: false },
  };
  return isScalar(value) ? [which, what] : [which];
}

/** The fields of "Always allow like this…", filled with the request that it is modelled on: the narrowest bounds there are. */
export function grantFields(
  { state, evidence }: ApprovalView,
  language: Language | undefined,
): CommandField[] {
  const say = wordsIn(language);
  const { args } = state.action;
  const perArgument = Object.entries(args).flatMap(([name, value]) =>
    fieldsOf(say, name, value, argumentLabel(name, evidence.argumentLabels)),
  );
  const line = (name: string, label: string, initial: string): CommandField => ({
    ...{ name, label, placeholder: initial, initial, maxLength: 20 },
  });
  return [
    ...perArgument,
    line('uses', say.own.usesField, '10'),
    line('days', say.own.daysField, '7'),
    ...(state.amount === null
      ? []
      : [
          line(
            'sum',
            `${say.own.sumField} (${state.amount.currency})`,
            moneyText(state.amount, say.language),
          ),
          line('hours', say.own.hoursField, '24'),
        ]),
    { name: 'why', label: say.own.why, placeholder: '', maxLength: 300, kind: 'multiline' },
  ];
}

type Fields = Readonly<Record<string, string>>;

class BadField extends Error {
  readonly field: string;
  constructor(field: string, why: string) {
    super(why);
    this.field = field;
  }
}

function readScalar(
  say: CardWords,
  field: string,
  typed: string,
  like: Json,
): string | number | boolean | null | Money {
  const money = Money.safeParse(like);
  const bad = (): BadField => new BadField(field, say.own.badValue);
  if (money.success) {
    const read = readMoney(typed, money.data.currency, say.language);
    if (read === null) throw bad();
    return read;
  }
  if (typeof like === 'number') {
    const value = readNumber(typed, say.language);
    if (value === null) throw bad();
    return value;
  }
  if (typeof like === 'boolean') {
    if (!['true', 'false'].includes(typed.trim())) throw bad();
    return typed.trim() === 'true';
  }
  if (typed.trim() === '' && like !== '' && like !== null) throw bad();
  return like === null && typed.trim() === '' ? null : typed.trim().normalize('NFC');
}

/** What was typed for one argument, held to the kinds that its form offered. */
function readBound(say: CardWords, name: string, like: Json, fields: Fields): Bound {
  const field = `value.${name}`;
  const kind = kindsFor(like).find((one) => one === fields[`bound.${name}`]);
  const typed = fields[field] ?? '';
  const one = (text: string) => readScalar(say, field, text, like);
  const parts = typed.split(';').map((part) => part.trim());
  const limit = (text: string) => one(text) as number | Money;
  switch (kind) {
    case 'any':
      return { kind: 'any' };
    case 'equal':
      return { kind: 'equal', value: one(typed) };
    case 'one_of':
      return { kind: 'one_of', values: parts.filter((part) => part !== '').map(one) };
    case 'at_least':
      return { kind: 'range', min: limit(typed), max: null };
    case 'at_most':
      return { kind: 'range', min: null, max: limit(typed) };
    case 'between':
      if (parts.length !== 2) throw new BadField(field, say.own.badRange);
      return { kind: 'range', min: limit(parts[0] ?? ''), max: limit(parts[1] ?? '') };
    case undefined:
      throw new BadField(`bound.${name}`, say.own.badValue);
  }
}

function readWhole(say: CardWords, fields: Fields, name: string, most: number): number {
  const typed = (fields[name] ?? '').trim();
  const value = Number(typed);
  if (!/^\d{1,5}$/.test(typed) || value < 1 || value > most)
    throw new BadField(name, say.own.badNumber('1', String(most)));
  return value;
}

function readSum(say: CardWords, { amount }: ApprovalState, fields: Fields): GrantRequest['sum'] {
  if (amount === null) return null;
  const read = readMoney(fields['sum'] ?? '', amount.currency, say.language);
  if (read === null || read.micros <= 0) throw new BadField('sum', say.notAnAmount);
  return { amount: read, hours: readWhole(say, fields, 'hours', MOST.hours) };
}

export type ReadGrant =
  | { readonly ok: true; readonly args: JsonObject }
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

/**
 * The grant that was asked for. Agent, version, tool and schema come from the stored request, never from the form; a field
 * that the form did not offer is no field.
 */
export function readGrant(
  { state, agent }: Pick<ApprovalView, 'state' | 'agent'>,
  team: string,
  fields: Fields,
  at: { readonly nowMs: number; readonly language: Language | undefined },
): ReadGrant {
  const say = wordsIn(at.language);
  const { agentVersion, connector, tool, toolSchemaHash, args } = state.action;
  try {
    const bounds = Object.entries(args).map(
      ([name, like]) => [name, readBound(say, name, like, fields)] as const,
    );
    const days = readWhole(say, fields, 'days', MOST.days);
    const request = GrantRequest.safeParse({
      ...{ agent, agent_version: agentVersion, connector, tool, tool_schema: toolSchemaHash, team },
      bounds: Object.fromEntries(bounds),
      uses: readWhole(say, fields, 'uses', MOST.uses),
      sum: readSum(say, state, fields),
      expires_at: new Date(at.nowMs + days * DAY_MS).toISOString(),
    });
    if (request.success) return { ok: true, args: request.data as unknown as JsonObject };
    const [, name] = request.error.issues[0]?.path ?? [];
    return { ok: false, errors: { [`value.${String(name)}`]: say.own.badRange } };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { ok: false, errors: { [error.field]: error.message } };
  }
}
