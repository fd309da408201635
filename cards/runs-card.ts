import type { RunView } from '../core/views.ts';
import { counted } from './figures.ts';
import type { Block, Card } from './model.ts';
import { commandButton, runItem, runVersion } from './run-card.ts';
import { command, text } from './spans.ts';
import { WORDS } from './words.ts';

/** The newest runs that the reader may see, newest first. */
export function runsCard(runs: readonly RunView[]): Card {
  const waiting = runs.filter(({ status }) => status === 'waiting').length;
  const words = waiting > 0 ? `${counted(waiting, 'run')} waiting for a person` : WORDS.nothingWaits;
  const body: Block[] =
    runs.length === 0
      ? [{ kind: 'paragraph', spans: [text(`${WORDS.noRuns} `), command('run fraud-review CLM-0847')] }]
      : [{ kind: 'list', items: runs.map(runItem) }];
  const buttons = runs
    .slice(0, 4)
    .map((run) => commandButton(`${WORDS.trace} ${run.inputLabel}`, 'trace', run.run));
  return {
    v: 1,
    kind: 'runs',
    subject: 'runs',
    version: runs.reduce((sum, run) => sum + runVersion(run), 0),
    title: `${WORDS.runs}: ${counted(runs.length, 'latest', 'latest')}`,
    state: { icon: waiting > 0 ? '✍️' : 'ℹ️', words, aside: [], tone: waiting > 0 ? 'waiting' : 'plain' },
    blocks: [
      ...body,
      ...(buttons.length > 0 ? [{ kind: 'actions', actions: buttons, menu: [] } as const] : []),
    ],
    summary: words,
  };
}
