import type { ApprovalState } from '../core/approval/types.ts';
import type { Evidence, Signal, SourceRead } from '../core/contract.ts';
import type { ApprovalView } from '../core/views.ts';
import { footFacts, progressFacts } from './approval-facts.ts';
import { stateLine } from './approval-state.ts';
import { argumentFacts, argumentsFit, deceives, shownTexts, titleAfterEdit } from './arguments.ts';
import { fixed, ledgerRange, shortDigest, weight } from './figures.ts';
import type { Block, Card, CardAction, Fact, Span, Target, Verb } from './model.ts';
import { isOwn } from '../core/own-actions.ts';
import { ownFacts, ownTitle } from './own-actions.ts';
import { named } from './progress.ts';
import { cite, code, instant, person, strong, text } from './spans.ts';
import { cutSpans, showSpans } from './text.ts';
import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

const paragraph = (...spans: Span[]): Block => ({ kind: 'paragraph', spans });

function askBlock(agent: string, ask: string): Block {
  return paragraph(strong(agent), text(/^asks\b/.test(ask) ? ` ${ask}` : `: ${ask}`));
}

/** Of arguments that no card holds: how each begins, and the name of every further one. */
const BEGINNING = 150;
const BEGUN = 10;

function beginningOf(say: CardWords, facts: readonly Fact[]): Block[] {
  const begun = facts.slice(0, BEGUN).map(({ label, spans }) => ({
    ...{ label, lead: [] },
    spans: cutSpans(say, showSpans(spans), BEGINNING),
  }));
  const further = facts.slice(BEGUN).map(({ label }) => label);
  return [
    { kind: 'facts', layout: 'lines', whole: false, facts: begun },
    ...(further.length > 0 ? [paragraph(text(say.moreArguments(further.join(', '))))] : []),
    paragraph(strong(say.tooLongForCard)),
  ];
}

/** What Countersign does to itself has a card of its own making, which holds all of it. */
const fitsCard = ({ state, evidence }: Pick<ApprovalView, 'state' | 'evidence'>): boolean =>
  argumentsFit(state.action, evidence.argumentLabels);

/** What runs stays the same words in every state: afterwards it still says what a signature meant. */
function actionBlocks(say: CardWords, { state, evidence }: ApprovalView): Block[] {
  const labels = evidence.argumentLabels;
  const facts = isOwn(state.action)
    ? ownFacts(say, state.action)
    : argumentFacts(say, state.action.args, labels, state.edits[0]?.before ?? null);
  return [
    paragraph(
      strong(say.ifSigned),
      text(' '),
      code(state.action.tool),
      text(` ${say.runsOnceIn} ${evidence.connectorLabel}`),
    ),
    ...(fitsCard({ state, evidence })
      ? [{ kind: 'facts', layout: isOwn(state.action) ? 'lines' : 'grid', whole: true, facts } as const]
      : beginningOf(say, facts)),
    ...(deceives(shownTexts(say, state.action.args, labels)) ? [paragraph(strong(say.spelledOut))] : []),
  ];
}

function scoreWords(say: CardWords, { score, baseRate }: Evidence['assessment']): string {
  if (score === null) return say.noScore;
  const base = baseRate === null ? '' : ` (${say.baseRate} ${fixed(say, baseRate, 2)})`;
  return `${say.score} ${fixed(say, score, 2)}${base}`;
}

/** Weight first, then what was found, where, and how fresh that is. */
function signalItem(say: CardWords, signal: Signal, sources: readonly SourceRead[]): readonly Span[] {
  const source = sources.find(({ citation }) => citation === signal.citation);
  const spans = [
    strong(weight(say, signal.weight)),
    text(` ${signal.text}${say.separator}`),
    cite(signal.citation),
  ];
  if (source === undefined) return spans;
  if (source.asOf !== null) return [...spans, text(`, ${source.asOf}`)];
  return [...spans, text(`, ${say.read} `), instant(source.readAtMs, 'time')];
}

function whyBlocks(say: CardWords, { assessment, sources }: Evidence): Block[] {
  const items = assessment.signals.map((signal) => signalItem(say, signal, sources));
  return [
    paragraph(strong(say.why), text(` ${scoreWords(say, assessment)}`)),
    items.length > 0 ? { kind: 'list', items } : paragraph(text(say.noSignals)),
    paragraph(
      strong(`${say.confidence} ${fixed(say, assessment.confidence, 2)}`),
      text(` ${say.unsure} ${assessment.unsure.trim() || say.unsureOfNothing}`),
    ),
  ];
}

function smallPrint(say: CardWords, view: ApprovalView): Block {
  const { state, agent, ledger, evidence, people } = view;
  const model = evidence.rehearsal ? ` ${say.rehearsal}` : '';
  return {
    kind: 'context',
    spans: [
      text(`${say.ledger} `),
      strong(ledgerRange(say, ledger)),
      text(`${say.separator}${say.digest} ${shortDigest(state.actionDigest)}${say.separator}`),
      text(`${agent} ${state.action.agentVersion}${model}${say.separator}${say.askedBy} `),
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

/** First of all, and in every copy: nobody may take it for an approval like others. */
function alarm(say: CardWords, { state, people }: ApprovalView): Block[] {
  if (state.breakGlass === null) return [];
  const { person: by, reason } = state.breakGlass;
  return [
    paragraph(strong(say.glassBroken(named(people, by).name)), text(` ${say.reason}: ${say.quote(reason)}`)),
  ];
}

/** What can be undone, and where policy lets a grant sign. */
const mayBeGranted = ({ action, effect, policy }: ApprovalState): boolean =>
  !isOwn(action) && effect === 'reversible' && policy.requirement.grants;

const alwaysAllow = (say: CardWords, approval: ApprovalState['id']): CardAction =>
  button(
    'command',
    say.own.alwaysAllow,
    { kind: 'command', command: 'grants', words: `new ${approval}` },
    { opens: 'form' },
  );

/** Reading on is for everybody who sees the card, whatever became of it. */
const reading = (say: CardWords, { edits, action }: ApprovalState, target: Target): CardAction[] => [
  ...(isOwn(action) ? [] : [button('evidence', say.evidence, target, { opens: 'form' })]),
  ...(edits.length > 0 ? [button('changes', say.changes, target, { opens: 'form' })] : []),
];

function actionsBlock(say: CardWords, { state, evidence }: ApprovalView): Block {
  const { id: approval, version, actionDigest } = state;
  const target: Target = { kind: 'approval', approval, version, actionDigest };
  const verify = button('verify', say.verify, target);
  const always = mayBeGranted(state) ? [alwaysAllow(say, approval)] : [];
  if (state.status !== 'pending')
    return { kind: 'actions', actions: [verify, ...reading(say, state, target), ...always], menu: [] };
  const fits = fitsCard({ state, evidence });
  return {
    kind: 'actions',
    actions: [
      fits
        ? button('approve', say.approve, target, { style: 'primary' })
        : button('open', say.approveWhole, target, { style: 'primary', opens: 'form' }),
      button('decline', say.decline, target, { opens: 'form' }),
      ...(fits && !isOwn(state.action) ? [button('edit', say.edit, target, { opens: 'form' })] : []),
      ...reading(say, state, target),
      ...(canBeAnswered(state) ? [button('answer', say.answer, target, { opens: 'form' })] : []),
    ],
    menu: [
      ...(fits ? [button('approve_comment', say.approveComment, target, { opens: 'form' })] : []),
      button('ask', say.ask, target, { opens: 'form' }),
      button('delegate', say.delegate, target, { opens: 'form' }),
      button('snooze', say.snooze, target, { opens: 'form' }),
      ...(state.policy.requirement.breakGlass
        ? [button('break_glass', say.breakGlassButton, target, { opens: 'form' })]
        : []),
      // Five fit into a menu; while it waits, verifying is what can be typed instead.
      ...(state.policy.requirement.breakGlass ? [] : always.length > 0 ? always : [verify]),
    ],
  };
}

/**
 * The approval card in every state: one body, so that nothing jumps when it is decided. Only the state line, changed
 * values, signatures, foot and buttons differ.
 */
export function approvalCard(view: ApprovalView, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const { state, evidence, agent } = view;
  const line = stateLine(say, view);
  const own = isOwn(state.action);
  const title = own
    ? ownTitle(say, state.action)
    : titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args);
  const foot = footFacts(say, view);
  const blocks: Block[] = [
    ...alarm(say, view),
    askBlock(own ? named(view.people, state.requester).name : agent, evidence.assessment.ask),
    ...actionBlocks(say, view),
    ...(own ? [] : whyBlocks(say, evidence)),
    { kind: 'divider' },
    { kind: 'facts', layout: 'grid', whole: false, facts: progressFacts(say, view) },
    ...(foot.length > 0 ? [{ kind: 'facts', layout: 'lines', whole: false, facts: foot } as const] : []),
    smallPrint(say, view),
    actionsBlock(say, view),
  ];
  return {
    v: 1,
    language: say.language,
    kind: 'approval',
    subject: state.id,
    version: state.version,
    title,
    state: line,
    blocks,
    summary: `${line.words}: ${title}${evidence.rehearsal ? ` (${say.rehearsal})` : ''}`,
  };
}
