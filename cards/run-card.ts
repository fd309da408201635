import type { RunView } from '../core/views.ts';
import { STATUS_LOOKS } from './approval-state.ts';
import { counted, duration, ledgerRange, usd } from './figures.ts';
import type { Block, Card, CardAction, Fact, Span } from './model.ts';
import { progress } from './progress.ts';
import { RUN_LOOKS, runState } from './run-state.ts';
import { code, fact, strong, text } from './spans.ts';
import { WORDS } from './words.ts';

/** A button that runs a command, as if typed. */
export const commandButton = (label: string, command: string, words: string): CardAction => ({
  verb: 'command',
  label,
  style: 'normal',
  opens: null,
  target: { kind: 'command', command, words },
});

/** Time worked, and time spent waiting (for people, where they were asked) once the run is over. */
export function timeFact(run: RunView): Fact {
  const waited = run.finishedAtMs === null ? 0 : run.finishedAtMs - run.createdAtMs - run.workingMs;
  const forWhom = run.approvals.length > 0 ? WORDS.waitingForPeople : WORDS.waiting;
  const waiting = waited >= 1000 ? `, ${duration(waited)} ${forWhom}` : '';
  return fact(WORDS.time, text(`${duration(run.workingMs)} ${WORDS.working}${waiting}`));
}

export const costFact = (run: RunView): Fact =>
  fact(WORDS.cost, text(`${usd(run.costMicros, 4)} ${WORDS.of} ${usd(run.budgetMicros)}`));

export function tokensFact({ tokens, cachedTokens }: RunView): Fact {
  const cached =
    cachedTokens > 0 ? `, of which ◆ ${cachedTokens.toLocaleString('en-GB')} ${WORDS.fromCache}` : '';
  return fact(WORDS.tokens, text(`${tokens.toLocaleString('en-GB')}${cached}`));
}

export function runSmallPrint(run: RunView): Block {
  const ledger = run.ledger
    ? [text(`${WORDS.separator}${WORDS.ledger} `), strong(ledgerRange(run.ledger))]
    : [];
  const model = run.rehearsal ? ` ${WORDS.rehearsal}` : '';
  return {
    kind: 'context',
    spans: [text(run.run), ...ledger, text(`${WORDS.separator}${run.agent} ${run.agentVersion}${model}`)],
  };
}

function approvalItem({ id, status, tool, signed, needed }: RunView['approvals'][number]): readonly Span[] {
  return [
    text(`${STATUS_LOOKS[status].icon} ${status}${WORDS.separator}`),
    code(tool),
    text(`${WORDS.separator}${progress(signed, needed)}${WORDS.separator}${id}`),
  ];
}

/** Counts up with what can be seen on the card, so that a later state never looks like an older one. */
export const runVersion = (run: RunView): number =>
  run.steps.length + run.approvals.length + (run.finishedAtMs === null ? 0 : 1);

const titleOf = (run: RunView): string => `${run.agent} ${WORDS.on} ${run.inputLabel}`;

const summaryOf = (run: RunView, words: string): string =>
  `${words}: ${titleOf(run)}${run.rehearsal ? ` (${WORDS.rehearsal})` : ''}`;

const lookInto = (run: RunView): Block => ({
  kind: 'actions',
  actions: [commandButton(WORDS.trace, 'trace', run.run), commandButton(WORDS.verify, 'verify', run.run)],
  menu: [],
});

/** One run: how it stands, what it said, what it asked for. */
export function runCard(run: RunView): Card {
  const line = runState(run);
  const approvals: Block[] =
    run.approvals.length === 0
      ? []
      : [
          { kind: 'paragraph', spans: [strong(WORDS.approvals)] },
          { kind: 'list', items: run.approvals.map(approvalItem) },
        ];
  const said: Block[] =
    run.summary === null ? [] : [{ kind: 'paragraph', spans: [strong(run.agent), text(`: ${run.summary}`)] }];
  return {
    v: 1,
    kind: 'run',
    subject: run.run,
    version: runVersion(run),
    title: titleOf(run),
    state: line,
    blocks: [
      ...said,
      {
        kind: 'facts',
        layout: 'grid',
        whole: false,
        facts: [
          timeFact(run),
          costFact(run),
          tokensFact(run),
          fact(WORDS.steps, text(counted(run.steps.length, 'step'))),
        ],
      },
      ...approvals,
      runSmallPrint(run),
      lookInto(run),
    ],
    summary: summaryOf(run, line.words),
  };
}

/**
 * The answer to whoever started a run. It says only what stays true, since nobody edits it: the run's approvals and its
 * result come as cards of their own.
 */
export function startedCard(run: RunView): Card {
  return {
    v: 1,
    kind: 'run',
    subject: run.run,
    version: 0,
    title: titleOf(run),
    state: { ...runState(run), icon: '▶️', words: WORDS.startedRun, tone: 'plain' },
    blocks: [{ kind: 'paragraph', spans: [text(WORDS.whatComes)] }, runSmallPrint(run), lookInto(run)],
    summary: summaryOf(run, WORDS.startedRun),
  };
}

/** A line per run. */
export const runItem = (run: RunView): readonly Span[] => [
  text(`${RUN_LOOKS[run.status].icon} `),
  strong(titleOf(run)),
  text(`${WORDS.separator}${runState(run).words}${WORDS.separator}${usd(run.costMicros)}`),
  text(`${run.rehearsal ? ` ${WORDS.rehearsal}` : ''}${WORDS.separator}${run.run}`),
];
