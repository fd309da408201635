import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { Card } from './model.ts';
import { text } from './spans.ts';

/** The way to the page on which a person says who they are; for the eyes of whoever asked alone. */
export function linkCard(url: string, knownAs: string | null, language?: Language): Card {
  const say = wordsIn(language);
  const means = knownAs === null ? say.linkStranger : say.linkKnown(knownAs);
  return {
    v: 1,
    language: say.language,
    kind: 'link',
    subject: 'link',
    version: 1,
    title: say.linkTitle,
    state: null,
    blocks: [
      { kind: 'paragraph', spans: [text(means)] },
      { kind: 'link', label: say.linkGo, url },
      { kind: 'context', spans: [text(say.linkOnce)] },
    ],
    summary: `${say.linkTitle}. ${means}`,
  };
}
