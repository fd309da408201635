import type { InboxView } from '../core/views.ts';
import { STATUS_LOOKS } from './approval-state.ts';
import type { Block, Card, Span } from './model.ts';
import { progress } from './progress.ts';
import { instant, strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

type Waiting = InboxView['waiting'][number];

const waitingItem = (
  say: CardWords,
  { id, title, agent, signed, needed, decideByMs, risk, snoozedUntilMs }: Waiting,
): readonly Span[] => [
  strong(title),
  text(`${say.separator}${agent}${say.separator}${progress(say, signed, needed)}`),
  text(`${risk === 'high' ? `${say.separator}${say.highRisk}` : ''}${say.separator}${say.decideByInline} `),
  instant(decideByMs, 'deadline'),
  ...(snoozedUntilMs === null
    ? []
    : [text(`${say.separator}${say.snoozedUntil} `), instant(snoozedUntilMs, 'deadline')]),
  text(`${say.separator}${id}`),
];

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

const section = (title: string, items: readonly (readonly Span[])[]): Block[] =>
  items.length === 0
    ? []
    : [
        { kind: 'paragraph', spans: [strong(title)] },
        { kind: 'list', items },
      ];

/** What waits for the reader first, then what they see but others sign, then what they decided. */
export function inboxCard(inbox: InboxView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const mine = inbox.waiting.filter((item) => item.mine);
  const others = inbox.waiting.filter((item) => !item.mine);
  const words = mine.length === 0 ? say.nothingWaitsForYou : say.requestsForYou(mine.length);
  return {
    v: 1,
    language: say.language,
    kind: 'inbox',
    subject: inbox.reader.id,
    version: inbox.waiting.length + inbox.decided.length,
    title: say.inbox,
    state: {
      icon: mine.length > 0 ? '✍️' : '✅',
      words,
      aside: [],
      tone: mine.length > 0 ? 'waiting' : 'done',
    },
    blocks: [
      ...section(
        say.forYou,
        mine.map((one) => waitingItem(say, one)),
      ),
      ...section(
        say.forOthers,
        others.map((one) => waitingItem(say, one)),
      ),
      ...section(
        say.decidedByYou,
        inbox.decided.map((one) => decidedItem(say, one)),
      ),
    ],
    summary: words,
  };
}
