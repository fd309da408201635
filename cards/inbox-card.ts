import type { InboxView } from '../core/views.ts';
import { STATUS_LOOKS } from './approval-state.ts';
import { counted } from './figures.ts';
import type { Block, Card, Span } from './model.ts';
import { progress } from './progress.ts';
import { instant, strong, text } from './spans.ts';
import { WORDS } from './words.ts';

type Waiting = InboxView['waiting'][number];

const waitingItem = ({ id, title, agent, signed, needed, decideByMs, risk }: Waiting): readonly Span[] => [
  strong(title),
  text(`${WORDS.separator}${agent}${WORDS.separator}${progress(signed, needed)}`),
  text(
    `${risk === 'high' ? `${WORDS.separator}${WORDS.highRisk}` : ''}${WORDS.separator}${WORDS.decideByInline} `,
  ),
  instant(decideByMs, 'deadline'),
  text(`${WORDS.separator}${id}`),
];

const decidedItem = ({ id, title, status, atMs }: InboxView['decided'][number]): readonly Span[] => [
  text(`${STATUS_LOOKS[status].icon} `),
  strong(title),
  text(`${WORDS.separator}${status}, `),
  instant(atMs, 'moment'),
  text(`${WORDS.separator}${id}`),
];

const section = (title: string, items: readonly (readonly Span[])[]): Block[] =>
  items.length === 0
    ? []
    : [
        { kind: 'paragraph', spans: [strong(title)] },
        { kind: 'list', items },
      ];

/** What waits for the reader first, then what they see but others sign, then what they decided. */
export function inboxCard(inbox: InboxView): Card {
  const mine = inbox.waiting.filter((item) => item.mine);
  const others = inbox.waiting.filter((item) => !item.mine);
  const words =
    mine.length === 0 ? WORDS.nothingWaitsForYou : `${counted(mine.length, 'request')} ${WORDS.waitForYou}`;
  return {
    v: 1,
    kind: 'inbox',
    subject: inbox.reader.id,
    version: inbox.waiting.length + inbox.decided.length,
    title: WORDS.inbox,
    state: {
      icon: mine.length > 0 ? '✍️' : '✅',
      words,
      aside: [],
      tone: mine.length > 0 ? 'waiting' : 'done',
    },
    blocks: [
      ...section(WORDS.forYou, mine.map(waitingItem)),
      ...section(WORDS.forOthers, others.map(waitingItem)),
      ...section(WORDS.decidedByYou, inbox.decided.map(decidedItem)),
    ],
    summary: words,
  };
}
