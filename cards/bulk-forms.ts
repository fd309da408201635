import type { Refusal } from '../core/views.ts';
import { refusalSentence, type Reader } from '../core/sentences.ts';
import type { Happening } from '../core/approval/happening.ts';
import { happeningSentence } from '../core/sentences.ts';
import type { ApprovalId } from '../core/ids.ts';
import type { Language } from '../core/language.ts';
import type { ApprovalView, WaitingItem } from '../core/views.ts';
import { argumentFacts, deceives, shownTexts, titleAfterEdit } from './arguments.ts';
import { wordsIn } from './languages.ts';
import { SLACK } from './limits.ts';
import type { Block, Card, Form, FormInput, Span } from './model.ts';
import { TOGETHER_AT_MOST } from './payload.ts';
import { strong, text } from './spans.ts';
import { cut, shown, spansLength } from './text.ts';
import type { CardWords } from './words.ts';

const PREFIX = 'chosen.';

const chosenField = (say: CardWords, index: number, items: readonly WaitingItem[]): FormInput => ({
  ...{ kind: 'checks', name: `${PREFIX}${index}`, label: index === 1 ? say.bulkChoose : say.bulkMore },
  ...{ hint: '', placeholder: '', initial: '', required: false, maxLength: 0, currency: '' },
  options: items.map(({ id, title }) => ({ value: id, label: cut(say, shown(title), SLACK.optionText) })),
});

/** The small ones of low risk that wait for the reader, to be ticked: as many as a form shows at once. */
export function bulkForm(waiting: readonly WaitingItem[], language: Language = 'en'): Form {
  const say = wordsIn(language);
  const offered = waiting.filter(({ together }) => together).slice(0, TOGETHER_AT_MOST);
  const groups = Array.from({ length: Math.ceil(offered.length / SLACK.checks) }, (_, i) =>
    offered.slice(i * SLACK.checks, (i + 1) * SLACK.checks),
  );
  return {
    ...{ v: 1, language: say.language, verb: 'bulk', target: { kind: 'bulk', items: [] } },
    title: say.bulkTitle,
    intro: [{ kind: 'paragraph', spans: [text(say.bulkMeans)] }],
    inputs: groups.map((items, i) => chosenField(say, i + 1, items)),
    submit: say.bulkLook,
    cancel: say.cancel,
  };
}

/** The first field of `bulkForm`, for what is wrong with the choice as a whole. */
export const CHOICE_FIELD = `${PREFIX}1`;

/** What was ticked, as ids that anybody could have written. */
export const readChosen = (fields: Readonly<Record<string, string>>): string[] => [
  ...new Set(
    Object.entries(fields)
      .filter(([name]) => name.startsWith(PREFIX))
      .flatMap(([, values]) => values.split(','))
      .map((value) => value.trim())
      .filter((value) => value !== ''),
  ),
];

/** Why one that was chosen is not among those to sign. */
export interface LeftOut {
  readonly title: string;
  readonly refusal: Refusal;
}

const readerFor = (language: Language, names?: ReadonlyMap<string, string>): Reader => ({
  language,
  ...(names ? { nameOf: (id) => names.get(id) } : {}),
});

/** One request whole: its title, who asks for what, and every argument. */
function itemBlocks(say: CardWords, { state, evidence, agent }: ApprovalView, number: number): Block[] {
  const { args } = state.action;
  const labels = evidence.argumentLabels;
  const facts = argumentFacts(say, args, labels, null);
  const title = titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, args);
  const items = [
    [text(`${agent}: ${cut(say, shown(evidence.assessment.ask), 200)}`)],
    ...facts.map(({ label, spans }): readonly Span[] => [text(`${label}: `), ...spans]),
    ...(deceives(shownTexts(say, args, labels)) ? [[strong(say.spelledOut)]] : []),
  ];
  return [
    { kind: 'paragraph', spans: [strong(`${number}. ${title}`)] },
    { kind: 'list', items },
  ];
}

/** Letters that a form of several holds in both chats. */
const ROOM = 9_000;

const lettersOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => {
    if (block.kind === 'paragraph') return sum + spansLength(block.spans);
    if (block.kind === 'list') return sum + block.items.reduce((all, one) => all + spansLength(one) + 20, 0);
    return sum;
  }, 0);

/** As many from the front as fit one form whole; the others stay in the inbox. */
export function fittingTogether(views: readonly ApprovalView[], language: Language = 'en'): ApprovalView[] {
  const say = wordsIn(language);
  let room = ROOM;
  const fitting: ApprovalView[] = [];
  for (const view of views.slice(0, TOGETHER_AT_MOST)) {
    room -= lettersOf(itemBlocks(say, view, fitting.length + 1));
    if (room < 0) break;
    fitting.push(view);
  }
  return fitting;
}

/** Those that were chosen, each whole and bound to its digest; handing it in is one signature each. */
export function bulkSignForm(
  views: readonly ApprovalView[],
  leftOut: readonly LeftOut[],
  language: Language = 'en',
): Form {
  const say = wordsIn(language);
  const reader = readerFor(language);
  const missing = leftOut.map(({ title, refusal }): readonly Span[] => [
    strong(title),
    text(`: ${refusalSentence(refusal, reader)}`),
  ]);
  return {
    ...{ v: 1, language: say.language, verb: 'bulk_sign' },
    target: {
      kind: 'bulk',
      items: views.map(({ state: { id, actionDigest } }) => ({ approval: id, actionDigest })),
    },
    title: say.bulkTitle,
    intro: [
      { kind: 'paragraph', spans: [text(say.bulkEach(views.length))] },
      ...views.flatMap((view, i) => itemBlocks(say, view, i + 1)),
      ...(missing.length > 0
        ? [
            { kind: 'paragraph', spans: [strong(say.bulkLeftOut)] } as const,
            { kind: 'list', items: missing } as const,
          ]
        : []),
    ],
    inputs: [],
    submit: say.bulkSubmit(views.length),
    cancel: say.cancel,
  };
}

/** What became of one of several. */
export interface SignedOne {
  readonly approval: ApprovalId;
  readonly title: string;
  readonly outcome:
    | {
        readonly ok: true;
        readonly what: Happening;
        readonly detail: Refusal['detail'];
        readonly ledgerSeq: number;
      }
    | { readonly ok: false; readonly refusal: Refusal };
}

/** `8 signed, 1 already decided by Ben Sato, 1 changed: look at it`. */
function tally(say: CardWords, all: readonly SignedOne[], names: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>();
  for (const { outcome } of all) {
    const words = outcome.ok ? say.bulkSigned : whyNot(say, outcome.refusal, names);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, count]) => `${count} ${words}`).join(', ');
}

function whyNot(say: CardWords, { reason, detail }: Refusal, names: ReadonlyMap<string, string>): string {
  if (reason === 'already_decided') {
    const by = names.get(String(detail['by'] ?? ''));
    return by === undefined ? say.bulkDecided : say.bulkDecidedBy(by);
  }
  return reason === 'superseded' || reason === 'digest_mismatch' ? say.bulkChanged : say.bulkRefused;
}

/** Each one's own outcome, told to the signer alone. */
export function bulkCard(
  all: readonly SignedOne[],
  names: ReadonlyMap<string, string>,
  language: Language = 'en',
): Card {
  const say = wordsIn(language);
  const reader = readerFor(language, names);
  const words = tally(say, all, names);
  const good = all.every(({ outcome }) => outcome.ok);
  const lines = all.map(({ title, approval, outcome }): readonly Span[] => [
    text(outcome.ok ? '✅ ' : '⚠️ '),
    strong(title),
    text(
      outcome.ok
        ? `: ${happeningSentence(outcome.what, outcome.detail, reader)} ${say.ledger} #${outcome.ledgerSeq}`
        : `: ${refusalSentence(outcome.refusal, reader)}`,
    ),
    text(`${say.separator}${approval}`),
  ]);
  return {
    ...{ v: 1, language: say.language, kind: 'bulk', subject: 'bulk', version: 1, title: say.bulkTitle },
    state: { icon: good ? '✅' : '⚠️', words, aside: [], tone: good ? 'done' : 'waiting' },
    blocks: [{ kind: 'list', items: lines }],
    summary: words,
  };
}
