import type { RunId } from '../core/ids.ts';
import type { LinePlace, RunView } from '../core/views.ts';
import type { Block, Card, Span } from './model.ts';
import { commandButton } from './run-buttons.ts';
import { runItem, runVersion } from './run-card.ts';
import { command, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import { lineWords } from './line-card.ts';
import type { CardWords } from './words.ts';

const inLine = (say: CardWords, place: LinePlace | undefined): readonly Span[] =>
  place ? [text(`${say.separator}${lineWords(say, place)}`)] : [];

/** The newest runs that the reader may see, newest first. */
export function runsCard(
  runs: readonly RunView[],
  language: Language = 'en',
  line: ReadonlyMap<RunId, LinePlace> = new Map(),
): Card {
  const say = wordsIn(language);
  const waiting = runs.filter(({ status }) => status === 'waiting').length;
  const words = waiting > 0 ? say.runsWaiting(waiting) : say.nothingWaits;
  const body: Block[] =
    runs.length === 0
      ? [{ kind: 'paragraph', spans: [text(`${say.noRuns} `), command('run fraud-review CLM-0847')] }]
      : [
          {
            kind: 'list',
            items: runs.map((one) => [...runItem(say, one), ...inLine(say, line.get(one.run))]),
          },
        ];
  const buttons = runs
    .slice(0, 4)
    .map((run) => commandButton(`${say.trace} ${run.inputLabel}`, 'trace', run.run));
  return {
    v: 1,
    language: say.language,
    kind: 'runs',
    subject: 'runs',
    version: runs.reduce((sum, run) => sum + runVersion(run), 0),
    title: say.latestRuns(runs.length),
    state: { icon: waiting > 0 ? '✍️' : 'ℹ️', words, aside: [], tone: waiting > 0 ? 'waiting' : 'plain' },
    blocks: [
      ...body,
      ...(buttons.length > 0 ? [{ kind: 'actions', actions: buttons, menu: [] } as const] : []),
    ],
    summary: words,
  };
}
