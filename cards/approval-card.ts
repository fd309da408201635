import type { ApprovalState } from '../core/approval/types.ts';
import type { Evidence, Signal, SourceRead } from '../core/contract.ts';
import type { ApprovalView } from '../core/views.ts';
import { footFacts, progressFacts } from './approval-facts.ts';
import { stateLine } from './approval-state.ts';
import { argumentFacts, deceives, shownTexts, titleAfterEdit } from './arguments.ts';
import { ledgerRange, shortDigest, weight } from './figures.ts';
import type { Block, Card, CardAction, Span, Target, Verb } from './model.ts';
import { named } from './progress.ts';
import { cite, code, instant, person, strong, text } from './spans.ts';
import { WORDS } from './words.ts';

const paragraph = (...spans: Span[]): Block => ({ kind: 'paragraph', spans });

function askBlock(agent: string, ask: string): Block {
  return paragraph(strong(agent), text(/^asks\b/.test(ask) ? ` ${ask}` : `: ${ask}`));
}

/** What runs stays the same words in every state: afterwards it still says what a signature meant. */
function actionBlocks({ state, evidence }: ApprovalView): Block[] {
  const labels = evidence.argumentLabels;
  const facts = argumentFacts(state.action.args, labels, state.edits[0]?.before ?? null);
  return [
    paragraph(
      strong(WORDS.ifSigned),
      text(' '),
      code(state.action.tool),
      text(` ${WORDS.runsOnceIn} ${evidence.connectorLabel}`),
    ),
    { kind: 'facts', layout: 'grid', whole: true, facts },
    ...(deceives(shownTexts(state.action.args, labels)) ? [paragraph(strong(WORDS.spelledOut))] : []),
  ];
}

function scoreWords({ score, baseRate }: Evidence['assessment']): string {
  if (score === null) return WORDS.noScore;
  const base = baseRate === null ? '' : ` (${WORDS.baseRate} ${baseRate.toFixed(2)})`;
  return `${WORDS.score} ${score.toFixed(2)}${base}`;
}

/** Weight first, then what was found, where, and how fresh that is. */
function signalItem(signal: Signal, sources: readonly SourceRead[]): readonly Span[] {
  const source = sources.find(({ citation }) => citation === signal.citation);
  const spans = [
    strong(weight(signal.weight)),
    text(` ${signal.text}${WORDS.separator}`),
    cite(signal.citation),
  ];
  if (source === undefined) return spans;
  if (source.asOf !== null) return [...spans, text(`, ${source.asOf}`)];
  return [...spans, text(`, ${WORDS.read} `), instant(source.readAtMs, 'time')];
}

function whyBlocks({ assessment, sources }: Evidence): Block[] {
  const items = assessment.signals.map((signal) => signalItem(signal, sources));
  return [
    paragraph(strong(WORDS.why), text(` ${scoreWords(assessment)}`)),
    items.length > 0 ? { kind: 'list', items } : paragraph(text(WORDS.noSignals)),
    paragraph(
      strong(`${WORDS.confidence} ${assessment.confidence.toFixed(2)}`),
      text(` ${WORDS.unsure} ${assessment.unsure.trim() || WORDS.unsureOfNothing}`),
    ),
  ];
}

function smallPrint(view: ApprovalView): Block {
  const { state, agent, ledger, evidence, people } = view;
  const model = evidence.rehearsal ? ` ${WORDS.rehearsal}` : '';
  return {
    kind: 'context',
    spans: [
      text(`${WORDS.ledger} `),
      strong(ledgerRange(ledger)),
      text(`${WORDS.separator}${WORDS.digest} ${shortDigest(state.actionDigest)}${WORDS.separator}`),
      text(`${agent} ${state.action.agentVersion}${model}${WORDS.separator}${WORDS.askedBy} `),
      person(named(people, state.requester)),
    ],
  };
}

const button = (
  verb: Verb,
  label: string,
  target: Target,
  more: Partial<Pick<CardAction, 'style' | 'opens'>> = {},
): CardAction => ({ verb, label, target, style: 'normal', opens: null, ...more });

const canBeAnswered = ({ questions }: ApprovalState): boolean =>
  questions.some(({ answer }) => answer === null);

function actionsBlock(state: ApprovalState): Block {
  const { id: approval, version, actionDigest } = state;
  const target: Target = { kind: 'approval', approval, version, actionDigest };
  const verify = button('verify', WORDS.verify, target);
  if (state.status !== 'pending') return { kind: 'actions', actions: [verify], menu: [] };
  return {
    kind: 'actions',
    actions: [
      button('approve', WORDS.approve, target, { style: 'primary' }),
      button('decline', WORDS.decline, target, { opens: 'form' }),
      button('edit', WORDS.edit, target, { opens: 'form' }),
      ...(canBeAnswered(state) ? [button('answer', WORDS.answer, target, { opens: 'form' })] : []),
    ],
    menu: [
      button('approve_comment', WORDS.approveComment, target, { opens: 'form' }),
      button('ask', WORDS.ask, target, { opens: 'form' }),
      button('delegate', WORDS.delegate, target, { opens: 'form' }),
      verify,
    ],
  };
}

/**
 * The approval card in every state: one body, so that nothing jumps when it is decided. Only the state line, changed
 * values, signatures, foot and buttons differ.
 */
export function approvalCard(view: ApprovalView): Card {
  const { state, evidence, agent } = view;
  const line = stateLine(view);
  const title = titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args);
  const foot = footFacts(view);
  const blocks: Block[] = [
    askBlock(agent, evidence.assessment.ask),
    ...actionBlocks(view),
    ...whyBlocks(evidence),
    { kind: 'divider' },
    { kind: 'facts', layout: 'grid', whole: false, facts: progressFacts(view) },
    ...(foot.length > 0 ? [{ kind: 'facts', layout: 'lines', whole: false, facts: foot } as const] : []),
    smallPrint(view),
    actionsBlock(state),
  ];
  return {
    v: 1,
    kind: 'approval',
    subject: state.id,
    version: state.version,
    title,
    state: line,
    blocks,
    summary: `${line.words}: ${title}${evidence.rehearsal ? ` (${WORDS.rehearsal})` : ''}`,
  };
}
