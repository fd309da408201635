import type { Action } from '../core/action.ts';
import { whyArgumentsDoNotFit } from '../core/action-limits.ts';
import { canonicalJson, type Json, type JsonObject } from '../core/canonical-json.ts';
import { escapeConfusables } from '../core/confusables.ts';
import { formatMoney, Money } from '../core/money.ts';
import { REPLACED_VALUE, WHOLE_VALUE, WHOLE_VALUES } from './limits.ts';
import type { Fact } from './model.ts';
import { numberText } from './money-text.ts';
import { struck, strong, text } from './spans.ts';
import { cut, shown } from './text.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

export type ArgumentLabels = Readonly<Record<string, string>>;

const own = (labels: ArgumentLabels, name: string): string | null =>
  Object.hasOwn(labels, name) ? (labels[name] ?? null) : null;

/** Every argument, labelled ones first in the labels' order, the rest by name: none is ever left out. */
export function argumentNames(args: JsonObject, labels: ArgumentLabels): readonly string[] {
  const names = Object.keys(args);
  const labelled = Object.keys(labels).filter((name) => Object.hasOwn(args, name));
  return [...labelled, ...names.filter((name) => !Object.hasOwn(labels, name)).sort()];
}

/** A label may be another's twin; an unlabelled argument is named as the tool names it. */
export const argumentLabel = (name: string, labels: ArgumentLabels): string => own(labels, name) || name;

/** A value as the signer reads it: amounts as money, numbers whole, text as it is, all else as canonical JSON. */
export function argumentText(say: CardWords, value: Json): string {
  if (typeof value === 'string') return value === '' ? say.emptyText : value;
  if (value === null) return say.notGiven;
  if (typeof value === 'number') return numberText(value, say.language);
  const money = Money.safeParse(value);
  // Rounded money would be a lie about what is signed.
  if (money.success && money.data.micros % 10_000 === 0) return formatMoney(money.data, say.locale);
  return canonicalJson(value);
}

/** One fact per argument; what an edit changed shows its old value struck out before the new one. */
export function argumentFacts(
  say: CardWords,
  args: JsonObject,
  labels: ArgumentLabels,
  before: JsonObject | null,
): Fact[] {
  const names = argumentNames({ ...before, ...args }, labels);
  return names.map((name) => {
    const now = Object.hasOwn(args, name) ? argumentText(say, args[name] ?? null) : say.notGiven;
    const was =
      before && Object.hasOwn(before, name) ? argumentText(say, before[name] ?? null) : say.notGiven;
    const spans =
      before === null || was === now
        ? [text(now)]
        : [struck(cut(say, shown(was), REPLACED_VALUE)), text(' → '), strong(now)];
    return { label: argumentLabel(name, labels), lead: [], spans };
  });
}

const escapeRegExp = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * A title that still tells the truth after an edit: where it names a value that was edited, it names the new one. Very
 * short values are left alone, since they may stand for something else.
 */
export function titleAfterEdit(title: string, before: JsonObject | null, args: JsonObject): string {
  const say = wordsIn('en');
  if (before === null) return title;
  const changes = Object.keys(args)
    .map((name) => [argumentText(say, before[name] ?? null), argumentText(say, args[name] ?? null)] as const)
    .filter(([was, now]) => was !== now && was.length >= 4);
  if (changes.length === 0) return title;
  // All at once, so that no new value is taken for an old one.
  const old = new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${changes.map(([was]) => escapeRegExp(was)).join('|')})(?![\\p{L}\\p{N}])`,
    'gu',
  );
  return title.replace(old, (found) => changes.find(([was]) => was === found)?.[1] ?? found);
}

/** All that a reader must be able to trust in a list of arguments: labels and values. */
export const shownTexts = (say: CardWords, args: JsonObject, labels: ArgumentLabels): readonly string[] =>
  argumentNames(args, labels).flatMap((name) => [
    argumentLabel(name, labels),
    argumentText(say, args[name] ?? null),
  ]);

/** Whether any of these texts holds characters that are spelled out because they deceive. */
export const deceives = (texts: readonly string[]): boolean =>
  texts.some((one) => escapeConfusables(one).flagged);

/**
 * Whether a card can show every argument whole, so that nobody signs what they cannot see. When not, it is signed where the
 * whole is read (`request-forms.ts`). Spelled-out characters count as long as they are shown.
 */
export function argumentsFit(action: Pick<Action, 'args'>, labels: ArgumentLabels): boolean {
  const say = wordsIn('en');
  const names = argumentNames(action.args, labels);
  return (
    whyArgumentsDoNotFit(action.args) === null &&
    names.length <= WHOLE_VALUES &&
    names.every((name) => shown(argumentText(say, action.args[name] ?? null)).length <= WHOLE_VALUE)
  );
}
