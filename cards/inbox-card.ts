import type { DelegationView, GrantedView, InboxView, WaitingItem } from '../core/views.ts';
import { formatMoney } from '../core/money.ts';
import type { Person } from '../core/people.ts';
import { STATUS_LOOKS } from './approval-state.ts';
import type { Block, Card, CardAction, Span } from './model.ts';
import { progress } from './progress.ts';
import { instant, strong, text } from './spans.ts';
import { cut, shown } from './text.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

/** What fits one page in both chats, with everything beside it. */
const PER_PAGE = 10;
const OTHERS_SHOWN = 5;
/** One line of what is asked; the whole is behind the button. */
const ASK_LENGTH = 140;

export const pagesOf = (inbox: InboxView): number =>
  Math.max(1, Math.ceil(inbox.waiting.filter(({ mine }) => mine).length / PER_PAGE));

/** A question needs no reading first: its form holds all of it. */
const openButton = (say: CardWords, { id, version, actionDigest, question }: WaitingItem): CardAction => ({
  verb: question ? 'respond' : 'open',
  label: question ? say.answer : say.open,
  style: 'normal',
  opens: 'form',
  target: { kind: 'approval', approval: id, version, actionDigest },
});

const money = (say: CardWords, { amount, title }: WaitingItem): string => {
  if (amount === null) return '';
  const words = formatMoney(amount, say.locale);
  // A title that names it need not be followed by it.
  return title.includes(words) ? '' : `${words}${say.separator}`;
};

function waitingItem(say: CardWords, item: WaitingItem): Block {
  const { title, ask, agent, signed, needed, decideByMs, risk, snoozedUntilMs, question } = item;
  const high = risk === 'high' ? `${say.separator}${say.highRisk}` : '';
  const wanted = question ? say.waitsForAnswer : progress(say, signed, needed);
  const standing = `${money(say, item)}${agent}${say.separator}${wanted}${high}`;
  return {
    kind: 'item',
    lines: [
      [strong(title)],
      ...(ask === title ? [] : [[text(cut(say, shown(ask), ASK_LENGTH))]]),
      [
        text(`${standing}${say.separator}${say.decideByInline} `),
        instant(decideByMs, 'deadline'),
        ...(snoozedUntilMs === null
          ? []
          : [text(`${say.separator}${say.snoozedUntil} `), instant(snoozedUntilMs, 'deadline')]),
      ],
    ],
    action: openButton(say, item),
  };
}

const decidedItem = (
  say: CardWords,
  { id, title, status, atMs }: InboxView['decided'][number],
): readonly Span[] => [
  text(`${STATUS_LOOKS[status].icon} `),
  strong(title),
  text(`${say.separator}${say.statuses[status]}, `),
  instant(atMs, 'moment'),
  text(`${say.separator}${id}`),
];

const delegationItem = (
  say: CardWords,
  { from, to, fromMs, untilMs }: DelegationView,
  reader: InboxView['reader'],
): readonly Span[] => [
  strong(from.id === reader.id ? say.youTo(to.name) : say.toYou(from.name)),
  text(say.separator),
  instant(fromMs, 'moment'),
  text(' – '),
  instant(untilMs, 'moment'),
];

const grantItem = (say: CardWords, { id, title, uses, mostUses, untilMs }: GrantedView): readonly Span[] => [
  strong(title),
  text(`${say.separator}${say.usedTimes(uses, mostUses)}`),
  ...(untilMs === null ? [] : [text(`${say.separator}${say.until} `), instant(untilMs, 'moment')]),
  text(`${say.separator}${id}`),
];

const heading = (words: string): Block => ({ kind: 'paragraph', spans: [strong(words)] });

const section = (title: string, items: readonly (readonly Span[])[]): Block[] =>
  items.length === 0 ? [] : [heading(title), { kind: 'list', items }];

const command = (label: string, words: string): CardAction => ({
  verb: 'command',
  label,
  style: 'normal',
  opens: null,
  target: { kind: 'command', command: 'inbox', words },
});

/** Refresh first; then what several can be done with, and the way to the other pages. */
function actions(say: CardWords, inbox: InboxView, page: number): Block {
  const pages = pagesOf(inbox);
  const several: CardAction = {
    ...{ verb: 'bulk', label: say.bulkButton, style: 'normal', opens: 'form' },
    target: { kind: 'bulk', items: [] },
  };
  return {
    kind: 'actions',
    actions: [
      command(say.refresh, `page ${page}`),
      ...(inbox.waiting.filter(({ together }) => together).length > 1 ? [several] : []),
      ...(page > 1 ? [command(say.pageBefore, `page ${page - 1}`)] : []),
      ...(page < pages ? [command(say.pageAfter, `page ${page + 1}`)] : []),
    ],
    menu: [],
  };
}

/** What others sign is told once, on the first page. */
function beside(say: CardWords, inbox: InboxView): Block[] {
  const others = inbox.waiting.filter(({ mine }) => !mine);
  const more = others.length - OTHERS_SHOWN;
  return [
    ...(others.length > 0 ? [heading(say.forOthers)] : []),
    ...others.slice(0, OTHERS_SHOWN).map((one) => waitingItem(say, one)),
    ...(more > 0 ? [{ kind: 'context', spans: [text(say.moreItems(more))] } as const] : []),
    ...section(
      say.decidedByYou,
      inbox.decided.map((one) => decidedItem(say, one)),
    ),
    ...section(
      say.myDelegations,
      inbox.delegations.map((one) => delegationItem(say, one, inbox.reader)),
    ),
    ...section(
      say.myGrants,
      inbox.grants.map((one) => grantItem(say, one)),
    ),
  ];
}

/**
 * What waits for the reader first, soonest deadline first, a page at a time; then what they see but others sign, what they
 * decided, and what they handed over or allowed.
 */
export function inboxCard(inbox: InboxView, language: Language = 'en', wanted = 1): Card {
  const say = wordsIn(language);
  const mine = inbox.waiting.filter((item) => item.mine);
  const pages = pagesOf(inbox);
  // The last page may be gone since somebody asked for it.
  const page = Math.min(Math.max(1, wanted), pages);
  const words = mine.length === 0 ? say.nothingWaitsForYou : say.requestsForYou(mine.length);
  const here = mine.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  return {
    v: 1,
    language: say.language,
    kind: 'inbox',
    subject: inbox.reader.id,
    version: page,
    title: say.inbox,
    state: {
      icon: mine.length > 0 ? '✍️' : '✅',
      words,
      aside: pages > 1 ? [text(say.pageOf(page, pages))] : [],
      tone: mine.length > 0 ? 'waiting' : 'done',
    },
    blocks: [
      actions(say, inbox, page),
      ...(here.length > 0 ? [heading(say.forYou)] : []),
      ...here.map((one) => waitingItem(say, one)),
      ...(page === 1 ? beside(say, inbox) : []),
    ],
    summary: words,
  };
}

/** In the inbox's place for somebody whose roles give them none. */
export function noInboxCard({ id, language }: Pick<Person, 'id' | 'language'>): Card {
  const say = wordsIn(language);
  return {
    ...{ v: 1, language: say.language, kind: 'inbox', subject: id, version: 1, title: say.inbox },
    state: { icon: 'ℹ️', words: say.noInbox, aside: [], tone: 'plain' },
    blocks: [],
    summary: say.noInbox,
  };
}
