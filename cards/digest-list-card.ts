import type { Digest } from '../core/digest/digest.ts';
import type { Count, Counted } from '../core/digest/rows.ts';
import type { Subscribed } from '../core/digest/whose.ts';
import type { Language } from '../core/language.ts';
import { scopeWords, showWords } from './digest-post-card.ts';
import { DIGEST_WORDS } from './digest-post-words.ts';
import { duration, fixed, usd } from './figures.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card, Span } from './model.ts';
import { commandButton } from './run-buttons.ts';
import { code, command, instant, strong, text } from './spans.ts';
import { shown } from './text.ts';

const PAGE = 12;

function valueWords(count: Count, { value, tag }: Counted, language: Language): string {
  const say = wordsIn(language);
  if (value === null) return tag;
  if (count === 'cost') return usd(say, value);
  if (count === 'scores') return fixed(say, value, 2);
  return count === 'decisions' || count === 'overrides' ? `${tag}, ${duration(say, value)}` : tag;
}

function line(count: Count, one: Counted, language: Language): readonly Span[] {
  const { separator } = wordsIn(language);
  const value = valueWords(count, one, language);
  return [
    strong(shown(one.label || one.id)),
    text(`${separator}${shown(one.agent)}${value === '' ? '' : `${separator}${shown(value)}`}${separator}`),
    instant(one.atMs, 'moment'),
    text(separator),
    code(one.id),
  ];
}

/** Exactly what a digest's number was counted from, page by page, oldest first. */
export function digestListCard(
  count: Count,
  counted: readonly Counted[],
  asked: Pick<Digest, 'key' | 'timeZone' | 'scope'> & { readonly page: number },
  language: Language = 'en',
): Card {
  const words = DIGEST_WORDS[language];
  const say = wordsIn(language);
  const pages = Math.max(1, Math.ceil(counted.length / PAGE));
  const page = Math.min(Math.max(1, asked.page), pages);
  const here = counted.slice((page - 1) * PAGE, page * PAGE);
  const title = words.counts[count];
  const body: Block =
    here.length === 0
      ? { kind: 'paragraph', spans: [text(words.none)] }
      : { kind: 'list', items: here.map((one) => line(count, one, language)) };
  const next = page < pages ? [commandButton(words.next, 'digest', showWords(count, page + 1, asked))] : [];
  return {
    ...{ v: 1, language, kind: 'digest', subject: 'digest', version: 1, title },
    state: { icon: 'ℹ️', words: words.listed[count](counted.length), aside: [], tone: 'plain' },
    blocks: [
      body,
      {
        kind: 'context',
        spans: [
          text([words.page(page, pages), asked.key, scopeWords(asked.scope, language)].join(say.separator)),
        ],
      },
      ...(next.length > 0 ? [{ kind: 'actions', actions: next, menu: [] } as const] : []),
    ],
    summary: words.listed[count](counted.length),
  };
}

/** A person's subscriptions, each with the button that ends it; first, what has just become of one. */
export function digestsCard(
  all: readonly Subscribed[],
  news: { readonly words: 'new' | 'already'; readonly nextMs: number } | null,
  language: Language = 'en',
): Card {
  const words = DIGEST_WORDS[language];
  const what = ({ every, team }: Subscribed): string =>
    `${words.every[every]}, ${team === null ? words.all : words.team(shown(team))}`;
  const told: Block[] =
    news === null
      ? []
      : [
          {
            kind: 'paragraph',
            spans: [
              text(`${news.words === 'already' ? `${words.already} ` : ''}${words.comesNext} `),
              instant(news.nextMs, 'deadline'),
              text('.'),
            ],
          },
        ];
  const items: Block[] = all.slice(0, 20).map((one) => ({
    kind: 'item',
    lines: [
      [strong(what(one))],
      [text(`${one.platform === 'slack' ? 'Slack' : 'Teams'} ${one.conversation}`)],
    ],
    action: commandButton(words.end, 'digest', `unsubscribe ${one.id}`),
  }));
  const none: Block = {
    kind: 'paragraph',
    spans: [text(`${words.noSubscription} `), command('digest subscribe'), text('.')],
  };
  return {
    ...{ v: 1, language, kind: 'digest', subject: 'digest', version: 1, title: words.subscriptions },
    state: null,
    blocks: [...told, ...(items.length === 0 ? [none] : items)],
    summary: `${words.subscriptions}: ${all.length}`,
  };
}
