import type { CommandField } from '../cards/command-form.ts';
import type { Command, CommandContext } from './command.ts';
import { deadlineMs, within } from './deadline.ts';
import { askIn } from './languages.ts';

/** As many as are in a form when it is opened; the rest is found by typing. */
const NEWEST = 25;
/** A form that is asked for by a trigger has three seconds in all. */
const patienceMs = (): number => deadlineMs() * 0.4;

/**
 * A field of a command's form that is chosen from what the person may choose. Where there is nothing, or it does not come in
 * time, the field stays what it is without: a line of text.
 */
export async function withSuggestions(
  context: CommandContext,
  { name, suggests }: Command,
  field: CommandField,
): Promise<CommandField> {
  const suggest = suggests?.[field.name];
  const options =
    suggest === undefined ? null : await within(suggest(context, ''), patienceMs()).catch(() => null);
  if (options === null || options.length === 0) return field;
  const ask = askIn(context.person.language);
  return {
    ...field,
    kind: 'suggest',
    source: `${name}.${field.name}`,
    options: options.slice(0, NEWEST),
    hint: ask.notListed(`${name} ${field.placeholder}`),
    placeholder: ask.typeToFind,
  };
}
