import { Money } from '../core/money.ts';
import {
  readQuestion,
  whyNotThisAnswer,
  type AnswerValue,
  type Field,
  type PersonQuestion,
} from '../core/person-question.ts';
import type { Language } from '../core/language.ts';
import { whySentence } from '../core/sentences.ts';
import type { ApprovalView } from '../core/views.ts';
import { LONGEST_WORDS } from './approval-forms.ts';
import { argumentText } from './arguments.ts';
import { wordsIn } from './languages.ts';
import { moneyText, readMoney } from './money-text.ts';
import type { Form, FormInput } from './model.ts';
import { strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** Names of the form's fields. */
const VALUE = 'value';
const REASON = 'reason';

const BLANK: Omit<FormInput, 'kind' | 'name' | 'label'> = {
  ...{ hint: '', placeholder: '', initial: '', required: true, maxLength: 300, currency: '', options: [] },
};

/** A date as the language writes it, from and to `2026-11-24`. */
const GERMAN_DATE = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
const dateText = (iso: string, language: Language): string =>
  language === 'de' ? iso.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3.$2.$1') : iso;
function isoDate(typed: string): string {
  const [, day, month, year] = GERMAN_DATE.exec(typed) ?? [];
  return day && month && year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : typed;
}

const numberText = (value: number, language: Language): string =>
  language === 'de' ? String(value).replace('.', ',') : String(value);

/** One field after what it says now, so that a small correction is a small act. */
function fieldInput(say: CardWords, { label, type, current }: Field): FormInput {
  const base = { ...BLANK, name: VALUE, label };
  const money = Money.safeParse(current).data;
  if (money)
    return { ...base, kind: 'money', initial: moneyText(money, say.language), currency: money.currency };
  if (typeof current === 'number')
    return { ...base, kind: 'text', initial: numberText(current, say.language) };
  const initial = String(current);
  if (type === 'date')
    return { ...base, kind: 'text', initial: dateText(initial, say.language), hint: say.dateHint };
  return { ...base, kind: initial.length > 80 ? 'multiline' : 'text', initial };
}

function valueInput(say: CardWords, { field, options, review }: PersonQuestion): FormInput {
  if (field) return fieldInput(say, field);
  const select = { ...BLANK, kind: 'select' as const, name: VALUE, label: say.answerLabel };
  if (options)
    return { ...select, options: options.map((label, i) => ({ value: `option-${i + 1}`, label })) };
  return {
    ...select,
    options: [
      { value: 'yes', label: review ? say.reviewYes : say.exceptionYes },
      { value: 'no', label: review ? say.reviewNo : say.exceptionNo },
    ],
  };
}

/** Comes back with `value` and `reason`; read by `readResponse`. Null when there is no question to answer. */
export function respondForm({ state }: ApprovalView, language: Language = 'en'): Form | null {
  const say = wordsIn(language);
  const question = readQuestion(state.action);
  if (question === null) return null;
  const { field, kind, why, review } = question;
  return {
    v: 1,
    language: say.language,
    verb: 'respond',
    target: {
      kind: 'approval',
      approval: state.id,
      version: state.version,
      actionDigest: state.actionDigest,
    },
    title: say.answerTitle,
    intro: [
      { kind: 'paragraph', spans: [strong(question.question)] },
      review?.concerned
        ? { kind: 'paragraph', spans: [strong(say.concernedWrites), text(` ${say.quote(why)}`)] }
        : { kind: 'paragraph', spans: [strong(say.why), text(` ${why}`)] },
      ...(review?.concerned ? [{ kind: 'paragraph' as const, spans: [text(say.concernedReads)] }] : []),
      ...(field
        ? [
            {
              kind: 'paragraph' as const,
              spans: [strong(field.label), text(`: ${say.saysNow} ${argumentText(say, field.current)}`)],
            },
          ]
        : []),
      {
        kind: 'paragraph',
        spans: [
          text(review ? say.reviewMeans : kind === 'grant_exception' ? say.exceptionMeans : say.answerMeans),
        ],
      },
    ],
    inputs: [
      valueInput(say, question),
      {
        ...BLANK,
        kind: 'multiline',
        name: REASON,
        label: kind === 'grant_exception' ? say.reason : say.comment,
        hint: say.seenByAll,
        required: kind === 'grant_exception',
        maxLength: LONGEST_WORDS,
      },
    ],
    submit: say.answerSubmit,
    cancel: say.cancel,
  };
}

/** What was typed or chosen, as the value that the question's kind has; null when it is nothing of that kind. */
function valueOf(
  { kind, field, options }: PersonQuestion,
  typed: string,
  language: Language,
): AnswerValue | null {
  if (kind === 'grant_exception') return typed === 'yes' ? true : typed === 'no' ? false : null;
  if (kind === 'choose') {
    const number = /^option-(\d{1,2})$/.exec(typed)?.[1];
    return options?.[Number(number) - 1] ?? null;
  }
  if (field?.type === 'amount') return readMoney(typed, Money.parse(field.current).currency, language);
  if (field?.type === 'number') {
    const plain = language === 'de' ? typed.replace(',', '.') : typed;
    return /^-?\d{1,15}(\.\d{1,10})?$/.test(plain) ? Number(plain) : null;
  }
  return field?.type === 'date' ? isoDate(typed) : typed.replace(/\r\n?/g, '\n').normalize('NFC');
}

export type ReadResponse =
  | { readonly ok: true; readonly value: AnswerValue; readonly reason: string | null }
  /** By field name, as the form has them. */
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

/** The form handed in, or what is wrong with it in sentences. The machine judges the value once more. */
export function readResponse(
  question: PersonQuestion,
  fields: Readonly<Record<string, string>>,
  language: Language = 'en',
): ReadResponse {
  const say = wordsIn(language);
  const typed = (fields[VALUE] ?? '').trim();
  const reason = (fields[REASON] ?? '').trim();
  const value = valueOf(question, typed, language);
  const problem = typed === '' ? null : whyNotThisAnswer(question, value);
  const wrong = typed === '' ? say.fieldNeeded : problem === null ? null : whySentence(problem, { language });
  const errors = {
    ...(wrong === null ? {} : { [VALUE]: wrong }),
    ...(reason === '' && question.kind === 'grant_exception' ? { [REASON]: say.fieldNeeded } : {}),
    ...(reason.length > LONGEST_WORDS ? { [REASON]: say.textTooLong } : {}),
  };
  if (value === null || Object.keys(errors).length > 0) return { ok: false, errors };
  return { ok: true, value, reason: reason === '' ? null : reason };
}
