import type { VerifyView, WitnessView } from '../core/views.ts';
import { shortDigest } from './figures.ts';
import type { Block, Card, Span } from './model.ts';
import { fact, instant, strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';

const entryItem = ({ seq, atMs, sentence }: VerifyView['lines'][number]): readonly Span[] => [
  strong(`#${seq}`),
  text(' '),
  instant(atMs, 'moment'),
  text(` ${sentence}`),
];

/** What an independent witness signed of it, or that it did not. */
const witnessSpans = (
  { name, size, signedAtMs }: WitnessView,
  say: ReturnType<typeof wordsIn>,
): readonly Span[] =>
  size === 0
    ? [text(say.notWitnessed(name))]
    : [text(say.witnessed(name, size)), instant(signedAtMs, 'moment')];

/** The verdict first, then the newest entries that it rests on. */
export function verifyCard(verified: VerifyView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const { ok, what, entries, checkpoints, witnesses, erased, dropped, broken, head, lines } = verified;
  const words = ok ? say.holdsWith(entries) : say.doesNotHold;
  const latest = lines.slice(-12);
  const missing = lines.length - latest.length;
  const history: Block[] =
    latest.length === 0
      ? []
      : [
          {
            kind: 'paragraph',
            spans: [strong(say.record), text(missing > 0 ? `, ${missing} ${say.earlierNotShown}` : '')],
          },
          { kind: 'list', items: latest.map(entryItem) },
        ];
  return {
    v: 1,
    language: say.language,
    kind: 'verify',
    subject: what,
    version: entries,
    title: `${say.verify}: ${what}`,
    state: { icon: ok ? '✅' : '❌', words, aside: [], tone: ok ? 'done' : 'broken' },
    blocks: [
      ...(broken === null ? [] : [{ kind: 'paragraph', spans: [strong(broken)] } as const]),
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [
          fact(say.entries, text(String(entries))),
          fact(say.head, text(shortDigest(head))),
          fact(say.checkpoints, text(String(checkpoints))),
          ...witnesses.map((one) => fact(say.witness, ...witnessSpans(one, say))),
          ...(erased === 0 ? [] : [fact(say.erasedBodies, text(String(erased)))]),
          ...(dropped === 0 ? [] : [fact(say.droppedBodies, text(String(dropped)))]),
        ],
      },
      ...history,
      { kind: 'context', spans: [text(say.verifyNote)] },
    ],
    summary: `${what}: ${words}`,
  };
}
