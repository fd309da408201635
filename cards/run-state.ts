import type { RunView } from '../core/views.ts';
import { counted } from './figures.ts';
import type { Span, StateLine, Tone } from './model.ts';
import { instant, person, text } from './spans.ts';
import { WORDS } from './words.ts';

type Status = RunView['status'];

export const RUN_LOOKS: Record<
  Status,
  { readonly icon: string; readonly words: string; readonly tone: Tone }
> = {
  queued: { icon: '🕓', words: 'Queued', tone: 'plain' },
  running: { icon: '⏳', words: 'Running', tone: 'waiting' },
  waiting: { icon: '✍️', words: 'Waiting for a person', tone: 'waiting' },
  done: { icon: '✅', words: 'Done', tone: 'done' },
  refused: { icon: '🙋', words: 'Handed to a person: the agent could not do it', tone: 'stopped' },
  failed: { icon: '❌', words: 'Failed', tone: 'broken' },
  cancelled: { icon: '⏹️', words: 'Cancelled', tone: 'over' },
};

/** Signatures that the run's open approvals still want. */
function missing(run: RunView): number {
  return run.approvals
    .filter(({ status }) => status === 'pending')
    .reduce((sum, { signed, needed }) => sum + Math.max(0, needed - signed), 0);
}

/** How a run stands, since when, and who asked. */
export function runState(run: RunView): StateLine {
  const left = missing(run);
  const words =
    run.status === 'waiting' && left > 0
      ? `Waiting for ${counted(left, 'more signature')}`
      : RUN_LOOKS[run.status].words;
  const aside: Span[] = [
    text(`${WORDS.started} `),
    instant(run.createdAtMs, 'moment'),
    text(` ${WORDS.by} `),
    person(run.requester),
    ...(run.rehearsal ? [text(`${WORDS.separator}${WORDS.rehearsal}`)] : []),
  ];
  return { ...RUN_LOOKS[run.status], words, aside };
}
