import type { RunView } from '../core/views.ts';
import type { CardAction } from './model.ts';
import type { CardWords } from './words.ts';

/** A button that runs a command, as if typed. */
export const commandButton = (
  label: string,
  command: string,
  words: string,
  opens: CardAction['opens'] = null,
): CardAction => ({
  verb: 'command',
  label,
  style: 'normal',
  opens,
  target: { kind: 'command', command, words },
});

/** Thumbs and a word, on an output that is there. */
export const rateButtons = (say: CardWords, { run, finishedAtMs }: RunView): CardAction[] =>
  finishedAtMs === null
    ? []
    : [
        commandButton(say.thumbUp, 'rate', `${run} up`),
        commandButton(say.thumbDown, 'rate', `${run} down`),
        commandButton(say.sayMore, 'rate', run, 'form'),
      ];
