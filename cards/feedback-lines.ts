import type { ScoreView } from '../core/feedback.ts';
import type { FeedbackView } from '../core/views.ts';
import { UNSCORED, type Unscored } from '../core/unscored.ts';
import type { RunView } from '../core/views.ts';
import { FEEDBACK_WORDS } from './feedback-words.ts';
import { fixed } from './figures.ts';
import type { Block, Span } from './model.ts';
import { instant, person, strong, text } from './spans.ts';
import { shown } from './text.ts';
import type { CardWords } from './words.ts';

/** More would push the rest of the trace off the card. */
const SHOWN = 6;

function overrideLines(say: CardWords, { overrides }: FeedbackView): Block[] {
  if (overrides.length === 0) return [];
  const words = FEEDBACK_WORDS[say.language];
  const items = overrides
    .slice(-SHOWN)
    .map((one): readonly Span[] => [
      person(one.person),
      text(` ${words.how[one.how]}${say.separator}`),
      instant(one.atMs, 'moment'),
      ...(one.reason === null || one.reason === '' ? [] : [text(`: ${say.quote(one.reason)}`)]),
    ]);
  return [
    { kind: 'paragraph', spans: [strong(words.overrides)] },
    { kind: 'list', items },
  ];
}

const isKnown = (reason: string): reason is Unscored => (UNSCORED as readonly string[]).includes(reason);

function scoreLine(say: CardWords, { metric, score, reason }: ScoreView): readonly Span[] {
  const words = FEEDBACK_WORDS[say.language];
  const name = words.metrics[metric];
  if (score !== null) return [text(`${name}: `), strong(fixed(say, score, 2))];
  const why = isKnown(reason ?? '') ? words.reasons[reason as Unscored] : shown(reason ?? '');
  return [text(`${name}: ${words.notMeasured} (${why})`)];
}

function scoreLines(say: CardWords, { scores }: FeedbackView): Block[] {
  if (scores.length === 0) return [];
  const words = FEEDBACK_WORDS[say.language];
  const rehearsed: Block[] = scores.some(({ rehearsal }) => rehearsal)
    ? [{ kind: 'context', spans: [text(words.byRehearsal)] }]
    : [];
  return [
    { kind: 'paragraph', spans: [strong(words.scores)] },
    { kind: 'list', items: scores.map((score) => scoreLine(say, score)) },
    ...rehearsed,
  ];
}

/** What people overrode and how a judge scored it; nothing where nobody did either. */
export const feedbackLines = (say: CardWords, { feedback }: RunView): Block[] =>
  feedback === undefined ? [] : [...overrideLines(say, feedback), ...scoreLines(say, feedback)];
