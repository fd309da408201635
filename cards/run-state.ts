import type { RunView } from '../core/views.ts';
import type { Span, StateLine, Tone } from './model.ts';
import { instant, person, text } from './spans.ts';
import type { CardWords } from './words.ts';

type Status = RunView['status'];

export const RUN_LOOKS: Record<Status, { readonly icon: string; readonly tone: Tone }> = {
  queued: { icon: '🕓', tone: 'plain' },
  running: { icon: '⏳', tone: 'waiting' },
  waiting: { icon: '✍️', tone: 'waiting' },
  done: { icon: '✅', tone: 'done' },
  refused: { icon: '🙋', tone: 'stopped' },
  failed: { icon: '❌', tone: 'broken' },
  cancelled: { icon: '⏹️', tone: 'over' },
};

/** Signatures that the run's open approvals still want. */
function missing(run: RunView): number {
  return run.approvals
    .filter(({ status }) => status === 'pending')
    .reduce((sum, { signed, needed }) => sum + Math.max(0, needed - signed), 0);
}

/** How a run stands, since when, and who asked. */
export function runState(say: CardWords, run: RunView): StateLine {
  const left = missing(run);
  const words = run.status === 'waiting' && left > 0 ? say.moreSignatures(left) : say.runStatuses[run.status];
  const aside: Span[] = [
    text(`${say.started} `),
    instant(run.createdAtMs, 'moment'),
    text(` ${say.by} `),
    person(run.requester),
    ...(run.rehearsal ? [text(`${say.separator}${say.rehearsal}`)] : []),
  ];
  return { ...RUN_LOOKS[run.status], words, aside };
}
