import type { VerifyView } from '../core/views.ts';
import { counted, shortDigest } from './figures.ts';
import type { Block, Card, Span } from './model.ts';
import { fact, instant, strong, text } from './spans.ts';
import { WORDS } from './words.ts';

const entryItem = ({ seq, atMs, sentence }: VerifyView['lines'][number]): readonly Span[] => [
  strong(`#${seq}`),
  text(' '),
  instant(atMs, 'moment'),
  text(` ${sentence}`),
];

/** The verdict first, then the newest entries that it rests on. */
export function verifyCard(verified: VerifyView): Card {
  const { ok, what, entries, broken, head, lines } = verified;
  const words = ok ? `${WORDS.holds}, ${counted(entries, 'entry', 'entries')}` : WORDS.doesNotHold;
  const latest = lines.slice(-12);
  const missing = lines.length - latest.length;
  const history: Block[] =
    latest.length === 0
      ? []
      : [
          {
            kind: 'paragraph',
            spans: [strong(WORDS.record), text(missing > 0 ? `, ${missing} ${WORDS.earlierNotShown}` : '')],
          },
          { kind: 'list', items: latest.map(entryItem) },
        ];
  return {
    v: 1,
    kind: 'verify',
    subject: what,
    version: entries,
    title: `${WORDS.verify}: ${what}`,
    state: { icon: ok ? '✅' : '❌', words, aside: [], tone: ok ? 'done' : 'broken' },
    blocks: [
      ...(broken === null ? [] : [{ kind: 'paragraph', spans: [strong(broken)] } as const]),
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [fact(WORDS.entries, text(String(entries))), fact(WORDS.head, text(shortDigest(head)))],
      },
      ...history,
      { kind: 'context', spans: [text(WORDS.verifyNote)] },
    ],
    summary: `${what}: ${words}`,
  };
}
