import { recordedIn } from '../core/recorded.ts';
import type { RunView } from '../core/views.ts';
import { STATUS_LOOKS } from './approval-state.ts';
import { duration, ledgerRange, usd, whole } from './figures.ts';
import type { Block, Card, Fact, Span } from './model.ts';
import { progress } from './progress.ts';
import { replayBlocks } from './replay-blocks.ts';
import { commandButton, rateButtons } from './run-buttons.ts';
import { RUN_LOOKS, runState } from './run-state.ts';
import { code, fact, strong, text } from './spans.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

/** Time worked, and time spent waiting (for people, where they were asked) once the run is over. */
export function timeFact(say: CardWords, run: RunView): Fact {
  const waited = run.finishedAtMs === null ? 0 : run.finishedAtMs - run.createdAtMs - run.workingMs;
  const forWhom = run.approvals.length > 0 ? say.waitingForPeople : say.waiting;
  const waiting = waited >= 1000 ? `, ${duration(say, waited)} ${forWhom}` : '';
  return fact(say.time, text(`${duration(say, run.workingMs)} ${say.working}${waiting}`));
}

export const costFact = (say: CardWords, run: RunView): Fact =>
  fact(say.cost, text(`${usd(say, run.costMicros, 4)} ${say.of} ${usd(say, run.budgetMicros)}`));

export function tokensFact(say: CardWords, { tokens, cachedTokens }: RunView): Fact {
  const cached = cachedTokens > 0 ? say.ofWhichCached(whole(say, cachedTokens)) : '';
  return fact(say.tokens, text(`${whole(say, tokens)}${cached}`));
}

export function runSmallPrint(say: CardWords, run: RunView): Block {
  const ledger = run.ledger
    ? [text(`${say.separator}${say.ledger} `), strong(ledgerRange(say, run.ledger))]
    : [];
  const model = run.rehearsal ? ` ${say.rehearsal}` : '';
  return {
    kind: 'context',
    spans: [text(run.run), ...ledger, text(`${say.separator}${run.agent} ${run.agentVersion}${model}`)],
  };
}

function approvalItem(
  say: CardWords,
  { id, status, tool, signed, needed }: RunView['approvals'][number],
): readonly Span[] {
  return [
    text(`${STATUS_LOOKS[status].icon} ${say.statuses[status]}${say.separator}`),
    code(tool),
    text(`${say.separator}${progress(say, signed, needed)}${say.separator}${id}`),
  ];
}

/** Counts up with what can be seen on the card, so that a later state never looks like an older one. */
export const runVersion = (run: RunView): number =>
  run.steps.length + run.approvals.length + (run.finishedAtMs === null ? 0 : 1);

const titleOf = (say: CardWords, run: RunView): string => `${run.agent} ${say.on} ${run.inputLabel}`;

const summaryOf = (say: CardWords, run: RunView, words: string): string =>
  `${words}: ${titleOf(say, run)}${run.rehearsal ? ` (${say.rehearsal})` : ''}`;

const lookInto = (say: CardWords, run: RunView): Block => ({
  kind: 'actions',
  actions: [
    commandButton(say.trace, 'trace', run.run),
    commandButton(say.verify, 'verify', run.run),
    ...rateButtons(say, run),
  ],
  menu: [],
});

/** One run: how it stands, what it said, what it asked for. */
export function runCard(run: RunView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const line = runState(say, run);
  const approvals: Block[] =
    run.approvals.length === 0
      ? []
      : [
          { kind: 'paragraph', spans: [strong(say.approvals)] },
          { kind: 'list', items: run.approvals.map((one) => approvalItem(say, one)) },
        ];
  const said: Block[] =
    run.summary === null
      ? []
      : [
          {
            kind: 'paragraph',
            spans: [strong(run.agent), text(`: ${recordedIn(run.summary, say.language)}`)],
          },
        ];
  return {
    v: 1,
    language: say.language,
    kind: 'run',
    subject: run.run,
    version: runVersion(run),
    title: titleOf(say, run),
    state: line,
    blocks: [
      ...said,
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [
          timeFact(say, run),
          costFact(say, run),
          tokensFact(say, run),
          fact(say.steps, text(say.someSteps(run.steps.length))),
        ],
      },
      ...approvals,
      ...replayBlocks(say, run),
      runSmallPrint(say, run),
      lookInto(say, run),
    ],
    summary: summaryOf(say, run, line.words),
  };
}

/**
 * The answer to whoever started a run. It says only what stays true, since nobody edits it: the run's approvals and its
 * result come as cards of their own.
 */
export function startedCard(run: RunView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  return {
    v: 1,
    language: say.language,
    kind: 'run',
    subject: run.run,
    version: 0,
    title: titleOf(say, run),
    state: { ...runState(say, run), icon: '▶️', words: say.startedRun, tone: 'plain' },
    blocks: [
      ...(run.environment === 'sandbox'
        ? []
        : [{ kind: 'paragraph', spans: [text(say.whatComes)] } as const]),
      ...replayBlocks(say, run),
      runSmallPrint(say, run),
      lookInto(say, run),
    ],
    summary: summaryOf(say, run, say.startedRun),
  };
}

/** A line per run. */
export const runItem = (say: CardWords, run: RunView): readonly Span[] => [
  text(`${RUN_LOOKS[run.status].icon} `),
  strong(titleOf(say, run)),
  text(`${say.separator}${runState(say, run).words}${say.separator}${usd(say, run.costMicros)}`),
  text(`${run.rehearsal ? ` ${say.rehearsal}` : ''}${say.separator}${run.run}`),
];
