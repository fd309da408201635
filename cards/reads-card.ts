import type { Language } from '../core/language.ts';
import type { RecordReadView } from '../core/read.ts';
import { inLists } from './in-lists.ts';
import { wordsIn } from './languages.ts';
import type { Card, Span } from './model.ts';
import { readsWordsIn } from './reads-words.ts';
import { code, instant, strong, text } from './spans.ts';

type Say = ReturnType<typeof readsWordsIn>;

function readerOf(say: Say, { reader, name }: RecordReadView): string {
  if (reader === 'operator') return say.operator;
  return reader.startsWith('link ') ? say.concerned(`${reader.slice(5)}…`) : (name ?? reader);
}

function itemOf(say: Say, of: string, read: RecordReadView): readonly Span[] {
  const { subject, what, via, readAtMs } = read;
  return [
    instant(readAtMs, 'moment'),
    text(' '),
    strong(readerOf(say, read)),
    text(`: ${say.whats[what]}, ${say.vias[via]}`),
    ...(subject === of ? [] : [text(', '), code(subject)]),
  ];
}

/** Who read what of the record, newest first. @param of a run, a request, or the company */
export function readsCard(of: string, reads: readonly RecordReadView[], language: Language = 'en'): Card {
  const say = readsWordsIn(language);
  const words = reads.length === 0 ? say.none : say.count(reads.length);
  return {
    ...{ v: 1, language: wordsIn(language).language, kind: 'reads', subject: of, version: 1 },
    title: say.title(of),
    state: { icon: '👁️', tone: 'plain', words, aside: [] },
    blocks: [
      ...inLists(reads.map((read) => itemOf(say, of, read))),
      { kind: 'context', spans: [text(say.note)] },
    ],
    summary: `${say.title(of)}: ${words}`,
  };
}
