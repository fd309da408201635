import type { RunView } from '../core/views.ts';
import type { Block, Span } from './model.ts';
import { instant, person, strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** More would push the rest of the trace off the card. */
const SHOWN = 8;
const THUMBS = { up: '👍', down: '👎' } as const;

/** Who thinks what of the output, the latest last; their words are quoted, never obeyed. */
export function ratingLines(say: CardWords, { ratings }: RunView): Block[] {
  if (ratings.length === 0) return [];
  const count = (thumb: 'up' | 'down'): number => ratings.filter((one) => one.thumb === thumb).length;
  const items = ratings
    .slice(-SHOWN)
    .map((one): readonly Span[] => [
      text(`${THUMBS[one.thumb]} `),
      person(one.person),
      text(say.separator),
      instant(one.atMs, 'moment'),
      ...(one.word === null ? [] : [text(`: ${say.quote(one.word)}`)]),
    ]);
  return [
    { kind: 'paragraph', spans: [strong(say.ratings), text(` 👍 ${count('up')} 👎 ${count('down')}`)] },
    { kind: 'list', items },
  ];
}
