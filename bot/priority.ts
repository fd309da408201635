import { isPriority, type Priority } from '../core/intake/priority.ts';

/** Chats turn two hyphens into a dash. */
const OPTION = /(?:^|\s)(?:--|[—–])priority(?:[\s=]+(\S+))?/i;

export interface Prioritised {
  /** What was typed, without the option. */
  readonly words: string;
  /** Null: it was said, and is none. */
  readonly priority: Priority | null;
}

/** `fraud-review CLM-0847 --priority high`: the option may stand anywhere. */
export function takePriority(typed: string): Prioritised {
  const found = OPTION.exec(typed);
  if (!found) return { words: typed, priority: 'normal' };
  const said = (found[1] ?? '').toLowerCase();
  const words = `${typed.slice(0, found.index)} ${typed.slice(found.index + found[0].length)}`.trim();
  return { words, priority: isPriority(said) ? said : null };
}

/** The words that say it again, for a form that comes back with them. */
export const withPriority = (words: string, priority: Priority): string =>
  priority === 'normal' ? words : `${words} --priority ${priority}`;
