import type { Language } from '../core/language.ts';
import { passkeySubject, type PasskeyView } from '../core/passkey.ts';
import type { Refusal } from '../core/views.ts';
import { refusalSentence } from '../core/sentences.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Span } from './model.ts';
import { instant, strong, text } from './spans.ts';
import { signWords } from './sign-words.ts';

const paragraph = (...spans: Span[]): Block => ({ kind: 'paragraph', spans });

/** How somebody can give the proof that was missing: on a page, by adding a passkey first, or not at all here. */
export type WayToSign =
  | { readonly kind: 'page'; readonly url: string; readonly minutes: number }
  | { readonly kind: 'add-passkey' }
  | { readonly kind: 'none' };

const addButton = (label: string): Block => ({
  kind: 'actions',
  menu: [],
  actions: [
    {
      ...{ verb: 'command', label, style: 'primary', opens: null },
      target: { kind: 'command', command: 'passkeys', words: 'add' },
    },
  ],
});

function wayBlocks(way: WayToSign, language: Language): Block[] {
  const say = signWords(language);
  switch (way.kind) {
    case 'page':
      return [
        { kind: 'link', label: say.open, url: way.url },
        { kind: 'context', spans: [text(say.note(way.minutes))] },
      ];
    case 'add-passkey':
      return [paragraph(text(say.noPasskey)), addButton(say.passkeys.add)];
    case 'none':
      return [paragraph(text(say.noWay))];
  }
}

/** To somebody whose click needs a proof to count: why, and where to give it. For their eyes only. */
export function signCard(refusal: Refusal, way: WayToSign, language: Language = 'en'): Card {
  const say = signWords(language);
  const sentence = refusalSentence(refusal, { language });
  return {
    ...{ v: 1, language, kind: 'sign', subject: refusal.reason, version: 1, title: say.title },
    state: { icon: '🔑', words: say.state, aside: [], tone: 'waiting' },
    blocks: [paragraph(text(sentence)), ...wayBlocks(way, language)],
    summary: sentence,
  };
}

/** Where a passkey is added. For one person's eyes only. */
export function registerCard(
  { url, minutes }: { readonly url: string; readonly minutes: number },
  language: Language = 'en',
): Card {
  const say = signWords(language);
  return {
    ...{ v: 1, language, kind: 'sign', subject: 'passkey', version: 1, title: say.passkeys.register },
    state: { icon: '🔑', words: say.passkeys.registerState, aside: [], tone: 'waiting' },
    blocks: [
      paragraph(text(say.passkeys.registerMeans)),
      { kind: 'link', label: say.passkeys.register, url },
      { kind: 'context', spans: [text(say.note(minutes))] },
    ],
    summary: `${say.passkeys.register}. ${say.passkeys.registerMeans}`,
  };
}

function itemOf({ passkey, atMs, lastUsedMs, synced }: PasskeyView, language: Language): Block {
  const { passkeys: say } = signWords(language);
  const used: Span[] =
    lastUsedMs === null ? [text(say.never)] : [text(`${say.lastUsed} `), instant(lastUsedMs, 'moment')];
  const { separator } = wordsIn(language);
  return {
    kind: 'item',
    lines: [
      [strong(passkey)],
      [
        ...[text(`${say.added} `), instant(atMs, 'moment'), text(separator), ...used],
        text(`${separator}${synced ? say.synced : say.bound}`),
      ],
    ],
    action: {
      ...{ verb: 'command', label: say.remove, style: 'normal', opens: null },
      target: { kind: 'command', command: 'passkeys', words: `remove ${passkey}` },
    },
  };
}

/** The reader's own passkeys. */
export function passkeysCard(all: readonly PasskeyView[], language: Language = 'en'): Card {
  const { passkeys: say } = signWords(language);
  const words = all.length === 0 ? say.none : say.count(all.length);
  return {
    ...{ v: 1, language, kind: 'passkeys', subject: 'passkeys', version: 1, title: say.title },
    state: { icon: '🔑', words, aside: [], tone: 'plain' },
    blocks: [
      paragraph(text(say.about)),
      ...all.slice(0, 10).map((one) => itemOf(one, language)),
      addButton(say.add),
    ],
    summary: `${say.title}: ${words}`,
  };
}

/** To the person themself, in each of their chats: something can sign in their name now, or cannot any more. */
export function passkeyNotice({ passkey, atMs, removedMs }: PasskeyView, language: Language = 'en'): Card {
  const { passkeys: say } = signWords(language);
  const title = removedMs === null ? say.noticeAdded : say.noticeRemoved;
  return {
    ...{
      v: 1,
      language,
      kind: 'notice',
      subject: passkeySubject(passkey),
      version: removedMs === null ? 1 : 2,
    },
    title,
    state: { icon: '🔑', words: passkey, aside: [instant(removedMs ?? atMs, 'moment')], tone: 'plain' },
    blocks: [
      ...(removedMs === null ? [paragraph(text(`${say.noticeMeans} ${say.noticeIfNot}`))] : []),
      {
        ...{ kind: 'actions', menu: [] },
        actions: [
          {
            ...{ verb: 'command', label: say.title, style: 'normal', opens: null },
            target: { kind: 'command', command: 'passkeys', words: '' },
          },
        ],
      },
    ],
    summary: `${title}: ${passkey}`,
  };
}
