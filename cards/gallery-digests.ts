import { checkpointCard } from './checkpoint-card.ts';
import { digestOf } from '../core/digest/digest.ts';
import { periodDue } from '../core/digest/period.ts';
import type { Counted, Rows, Told } from '../core/digest/rows.ts';
import { SubscriptionId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import { digestListCard, digestsCard } from './digest-list-card.ts';
import { digestPostCard } from './digest-post-card.ts';
import type { Card } from './model.ts';
import { picture } from './pictures.ts';
import { RUN } from './samples.ts';
import { receiptCard } from './receipt-card.ts';

const DAY = 86_400_000;
const WEEK = periodDue('week', 'Europe/London', Date.parse('2026-11-24T09:00:00Z'));

const rows = (n: number, make: (i: number) => Partial<Counted>): Counted[] =>
  Array.from({ length: n }, (_, i) => ({
    ...{ id: RUN, run: RUN, agent: i % 4 === 0 ? 'refund-check' : 'fraud-review', label: `CLM-0${800 + i}` },
    ...{ atMs: WEEK.fromMs + ((i * 37) % 160) * 3_600_000, value: null, tag: '' },
    ...make(i),
  }));

const NONE: Rows = {
  ...{ runs: [], requests: [], decisions: [], expired: [], cost: [], scores: [], incidents: [], unusual: [] },
};
const BUSY: Rows = {
  runs: rows(124, (i) => ({ tag: i % 50 === 0 ? 'failed' : 'done', value: 1 })),
  requests: rows(41, (i) => ({ tag: i % 3 === 0 ? 'insurer.refer_claim' : 'insurer.pay_claim' })),
  decisions: rows(37, (i) => ({
    value: (i + 3) * 4 * 60_000,
    tag: i % 9 === 0 ? 'declined' : i % 7 === 0 ? 'edited' : 'as_asked',
  })),
  expired: rows(2, () => ({})),
  cost: rows(124, (i) => ({ value: 250_000 + i * 1_000 })),
  scores: rows(6, () => ({ value: 0.94 })),
  incidents: rows(1, () => ({ tag: 'p1 open', run: null, label: 'slow' })),
  unusual: rows(3, (i) => ({ tag: i === 0 ? 'tool_pattern' : 'pii' })),
};
const BEFORE: Rows = {
  ...BUSY,
  runs: BUSY.runs.slice(7),
  cost: rows(117, () => ({ value: 300_000 })),
  scores: [],
};

const FINDINGS: readonly Told[] = [
  {
    ...{ rule: 'cost-week', agent: 'fraud-review', isNew: false },
    reason: {
      key: 'cost-week',
      params: { value: 1.31, limit: 1.15, spent: 41_200_000, before: 31_400_000 },
    },
  },
  {
    ...{ rule: 'tool-pattern', agent: 'refund-check', isNew: true },
    reason: { key: 'tool-pattern', params: { count: 2, minutes: 1440 } },
  },
];

const busy = digestOf(
  WEEK,
  { kind: 'team', team: 'claims' },
  { now: BUSY, before: BEFORE, findings: FINDINGS, waiting: [], people: [] },
);
const empty = digestOf(
  WEEK,
  { kind: 'all' },
  { now: NONE, before: NONE, findings: [], waiting: [], people: [] },
);
const day = {
  ...busy,
  ...({ every: 'day', key: 'day 2026-11-22', fromMs: WEEK.toMs - DAY, cost: null } as const),
};
const SUBSCRIPTION = {
  id: SubscriptionId.parse('sub_01M86D72R0H5RW9N3GJ0PSAY6F'),
  ...({ every: 'week', team: 'claims', platform: 'slack', conversation: 'C08APPROVALS' } as const),
};

const CHECKPOINT = `countersign.local/ledger/harbour\n1234\n${'n4bQgYhM'.repeat(5)}Cgg=\n\n— countersign.local ${'5Zy7fJ+/'.repeat(11)}AA==\n`;

const RECEIPT = {
  ...{ tenant: 'harbour-mutual', of: 'apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A', entries: 7, size: 1234 },
  copied: ['BEGIN', ...Array.from({ length: 81 }, () => 'n4bQgYhM+/'.repeat(9)), 'END'].join('\n'),
};

/** Digests, checkpoints, what their numbers open, and a chart of its own. */
export const digestCards = (language: Language = 'en'): [string, Card][] => [
  ['checkpoint of the ledger', checkpointCard({ post: 'chk_1', size: 1234, note: CHECKPOINT }, language)],
  ['receipt', receiptCard(RECEIPT, language)],
  ['receipt that is too long', receiptCard({ ...RECEIPT, copied: 'A'.repeat(7_501) }, language)],
  ['digest of a busy week', digestPostCard(busy, { kind: 'post', subject: 'dig_1' }, language)],
  ['digest of an empty week', digestPostCard(empty, { kind: 'preview' }, language)],
  ['digest of a day, without costs', digestPostCard(day, { kind: 'post', subject: 'dig_1' }, language)],
  [
    'what a number was counted from',
    digestListCard('decisions', BUSY.decisions, { ...busy, page: 1 }, language),
  ],
  ['what was counted, nothing', digestListCard('runs', [], { ...busy, page: 9 }, language)],
  ['subscriptions', digestsCard([SUBSCRIPTION, { ...SUBSCRIPTION, team: null }], null, language)],
  ['subscribed', digestsCard([SUBSCRIPTION], { words: 'new', nextMs: WEEK.dueMs }, language)],
  ['no subscriptions', digestsCard([], { words: 'already', nextMs: WEEK.dueMs }, language)],
  [
    'a chart without data',
    {
      ...digestPostCard(empty, { kind: 'preview' }, language),
      blocks: [
        picture(
          {
            kind: 'line',
            title: 'Faithfulness',
            unit: 'score',
            threshold: 0.85,
            timeZone: 'UTC',
            series: [],
          },
          language,
        ),
      ],
    },
  ],
];
