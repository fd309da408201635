import type { CommandField } from '../cards/command-form.ts';
import { isPriority, PRIORITIES, type Priority } from '../core/intake/priority.ts';
import type { Language } from '../core/language.ts';
import { askIn } from './languages.ts';

/** Chats turn two hyphens into a dash. */
const OPTION = /(?:^|\s)(?:--|[—–])priority(?:[\s=]+(\S+))?/i;

/** Beside an agent's own fields, whose names have no dot. */
const FIELD = 'run.priority';

type Fields = Readonly<Record<string, string>>;

export interface Prioritised {
  /** What was typed, without the option. */
  readonly words: string;
  /** What was filled in, without the priority: the agent's own fields. */
  readonly fields: Fields | undefined;
  /** Null: it was said, and is none. */
  readonly priority: Priority | null;
}

const withoutPriority = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== FIELD));

/** `fraud-review CLM-0847 --priority high`, where the option may stand anywhere; what a form says goes before it. */
export function takePriority(said: { readonly words: string; readonly fields?: Fields }): Prioritised {
  const { words: typed, fields } = said;
  const found = OPTION.exec(typed);
  const words = found
    ? `${typed.slice(0, found.index)} ${typed.slice(found.index + found[0].length)}`.trim()
    : typed;
  const chosen = fields?.[FIELD] ?? (found ? (found[1] ?? '').toLowerCase() : 'normal');
  return {
    words,
    fields: fields === undefined ? undefined : withoutPriority(fields),
    priority: isPriority(chosen) ? chosen : null,
  };
}

/** Asked for with what the run is about; `high` is offered to those alone who may give it. */
export function priorityField(
  language: Language | undefined,
  { initial, high }: { readonly initial: Priority; readonly high: boolean },
): CommandField {
  const { label, hint, ...levels } = askIn(language).priority;
  const offered = PRIORITIES.filter((one) => one !== 'high' || high);
  return {
    ...{ name: FIELD, label, hint, placeholder: '', kind: 'select', initial },
    options: offered.map((value) => ({ value, label: levels[value] })),
  };
}
