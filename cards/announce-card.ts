import type { Card } from './model.ts';
import { text } from './spans.ts';
import { wordsIn } from './languages.ts';

/**
 * What a message says before its card is put into it, where a message whose id was lost cannot be found again: nothing to
 * press, and only what stays true. Its summary is the card's, since that is what notifies people.
 */
export function announceCard(card: Card): Card {
  const say = wordsIn(card.language);
  return {
    ...card,
    version: 0,
    state: null,
    blocks: [{ kind: 'paragraph', spans: [text(say.cardFollows)] }],
  };
}
