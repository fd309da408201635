import type { ReplayView, RunOutline, RunView } from '../core/views.ts';
import { fixed, usd } from './figures.ts';
import { commandButton } from './run-buttons.ts';
import type { Block, Fact, Span } from './model.ts';
import { fact, strong, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** What both have, or what it was and what it is now. */
const change = (say: CardWords, was: string, is: string): Span =>
  text(was === is ? `${is} (${say.theSame})` : `${was} → ${is}`);

function proposalWords(say: CardWords, { recommendation, score, proposals }: RunOutline): string {
  const judged = [
    ...(recommendation === null ? [] : [recommendation]),
    ...(score === null ? [] : [say.scored(fixed(say, score, 2))]),
  ];
  const words = [judged.join(', '), ...proposals].filter((part) => part !== '').join('; ');
  return words === '' ? say.noProposal : words;
}

/** Those of `names` that `others` has not as often, each once. */
function without(names: readonly string[], others: readonly string[]): string {
  const left = [...others];
  const missing = names.filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...new Set(missing)].join(', ');
}

function stepsFact(say: CardWords, { first, again }: ReplayView): Fact {
  const [more, fewer] = [without(again.steps, first.steps), without(first.steps, again.steps)];
  const notes = [more && say.newSteps(more), fewer && say.stepsGone(fewer)].filter((note) => note !== '');
  const counts = change(say, say.someSteps(first.steps.length), say.someSteps(again.steps.length));
  return fact(
    say.steps,
    counts,
    ...(notes.length === 0 ? [] : [text(`${say.separator}${notes.join('; ')}`)]),
  );
}

function differences(say: CardWords, replay: ReplayView): Block {
  const { first, again } = replay;
  return {
    kind: 'facts',
    layout: 'lines',
    whole: false,
    facts: [
      fact(say.outcome, change(say, say.runStatuses[first.status], say.runStatuses[again.status])),
      fact(say.proposal, change(say, proposalWords(say, first), proposalWords(say, again))),
      fact(say.cost, change(say, usd(say, first.costMicros, 4), usd(say, again.costMicros, 4))),
      stepsFact(say, replay),
      ...(first.agentVersion === again.agentVersion
        ? []
        : [fact(say.version, change(say, first.agentVersion, again.agentVersion))]),
    ],
  };
}

/** Which run it repeats and from where, and what differs from it once there is something to compare. */
export function replayBlocks(say: CardWords, run: RunView): Block[] {
  const { replay, replays, environment } = run;
  const sandbox: Block[] =
    environment === 'sandbox' ? [{ kind: 'paragraph', spans: [text(say.inSandbox)] }] : [];
  const later: Block[] =
    replays.length === 0
      ? []
      : [{ kind: 'context', spans: [text(`${say.replayedAs} ${replays.slice(-5).join(', ')}`)] }];
  if (replay === null) return [...sandbox, ...later];
  const { from, first } = replay;
  const where = from === null ? say.allAnew : say.recordedUpTo(from.number, from.name);
  return [
    ...sandbox,
    { kind: 'paragraph', spans: [strong(`${say.replayOf} ${first.run}`), text(`${say.separator}${where}`)] },
    ...(run.finishedAtMs === null ? [] : [differences(say, replay)]),
    { kind: 'actions', actions: [commandButton(say.firstRun, 'trace', first.run)], menu: [] },
    ...later,
  ];
}
