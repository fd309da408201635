import { refusalSentence, type Reader } from '../core/sentences.ts';
import type { Refusal } from '../core/views.ts';
import type { Card } from './model.ts';
import { text } from './spans.ts';
import { wordsIn } from './languages.ts';

/** The private answer to somebody who was refused: the sentence and what to do next, and no button. */
export function refusalCard(refusal: Refusal, reader: Reader = {}): Card {
  const say = wordsIn(reader.language);
  const sentence = refusalSentence(refusal, reader);
  return {
    v: 1,
    language: say.language,
    kind: 'refusal',
    subject: refusal.reason,
    version: 1,
    title: say.refused,
    state: { icon: '✋', words: say.nothingChanged, aside: [], tone: 'stopped' },
    blocks: [{ kind: 'paragraph', spans: [text(sentence)] }],
    summary: sentence,
  };
}
