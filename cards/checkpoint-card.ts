import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { Card } from './model.ts';
import { strong, text } from './spans.ts';

export interface ShownCheckpoint {
  readonly post: string;
  readonly size: number;
  readonly note: string;
}

/** A signed checkpoint, letter by letter: whoever keeps the message can hold the ledger against it. */
export function checkpointCard({ post, size, note }: ShownCheckpoint, language: Language = 'en'): Card {
  const say = wordsIn(language).checkpointPost;
  const count = size.toLocaleString(wordsIn(language).locale);
  return {
    v: 1,
    language,
    kind: 'checkpoint',
    subject: post,
    version: 1,
    title: say.title,
    state: null,
    blocks: [
      { kind: 'paragraph', spans: [strong(say.signed(count)), text(` ${say.why}`)] },
      { kind: 'table', wide: true, lines: note.trimEnd().split('\n') },
      { kind: 'context', spans: [text(say.how)] },
    ],
    summary: `${say.title}. ${say.signed(count)}`,
  };
}
