import type { Edit } from '../core/approval/types.ts';
import type { JsonObject } from '../core/canonical-json.ts';
import type { Evidence, Passage } from '../core/contract.ts';
import type { Language } from '../core/language.ts';
import type { ApprovalView } from '../core/views.ts';
import { progressFacts } from './approval-facts.ts';
import {
  argumentLabel,
  argumentNames,
  argumentText,
  deceives,
  shownTexts,
  titleAfterEdit,
} from './arguments.ts';
import { fixed, weight } from './figures.ts';
import { wordsIn } from './languages.ts';
import type { Block, CardAction, Fact, Form, Span, Target, Verb } from './model.ts';
import { named } from './progress.ts';
import { cite, code, fact, instant, struck, strong, text } from './spans.ts';
import { shown } from './text.ts';
import type { CardWords } from './words.ts';

/** One piece of a value: less than any block of either chat may hold. */
const PIECE = 1_200;
/** Letters of a page, and what each line adds in a chat's own notation: even where each letter is three bytes, Teams takes it. */
const PAGE = 5_000;
const PER_LINE = 100;

/** Cut between whole characters; nothing is left out. */
export function pieces(words: string, most = PIECE): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of words) {
    if (part.length + character.length > most) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return part === '' && parts.length > 0 ? parts : [...parts, part];
}

const lengthOf = ({ label, spans }: Fact): number =>
  spans.reduce((sum, span) => sum + ('text' in span ? span.text.length : 24), label.length);

/** Facts in pages, in their order, none of them left out and none cut. */
function paged(facts: readonly Fact[]): Fact[][] {
  const pages: Fact[][] = [[]];
  let room = PAGE;
  for (const one of facts) {
    const length = PER_LINE + lengthOf(one);
    if (length > room && (pages.at(-1) ?? []).length > 0) {
      pages.push([]);
      room = PAGE;
    }
    pages.at(-1)?.push(one);
    room -= length;
  }
  return pages;
}

/** A long value as several facts that say which part of it they are. */
function wholeFacts(say: CardWords, label: string, words: string, set: (words: string) => Span): Fact[] {
  const parts = pieces(shown(words));
  return parts.map((part, i) =>
    fact(parts.length === 1 ? label : `${label} (${say.partOf(i + 1, parts.length)})`, set(part)),
  );
}

const whole = (facts: readonly Fact[]): Block => ({ kind: 'facts', layout: 'lines', whole: true, facts });
const paragraph = (...spans: Span[]): Block => ({ kind: 'paragraph', spans });

const titleOf = ({ state, evidence }: ApprovalView): string =>
  titleAfterEdit(evidence.title, state.edits[0]?.before ?? null, state.action.args);

function targetOf({ state }: ApprovalView, page?: number): Target {
  const { id: approval, version, actionDigest } = state;
  return { kind: 'approval', approval, version, actionDigest, ...(page === undefined ? {} : { page }) };
}

/** Which page of a form somebody is on; one that is not there any more is the last that is. */
const pageWithin = (wanted: number, pages: number): number => Math.min(Math.max(1, wanted), pages);

interface Sheet {
  readonly verb: Verb;
  readonly title: string;
  readonly intro: readonly Block[];
  /** What handing it in does; on every page but the last that is reading on. */
  readonly submit: string;
}

function sheet(
  say: CardWords,
  view: ApprovalView,
  { page, pages }: { page: number; pages: number },
  own: Sheet,
): Form {
  const { intro, submit, ...rest } = own;
  const at: Block = { kind: 'context', spans: [text(say.pageOf(page, pages))] };
  return {
    ...{ v: 1, language: say.language, ...rest, inputs: [], cancel: say.close },
    target: targetOf(view, page),
    intro: [paragraph(strong(titleOf(view))), ...(pages > 1 ? [at] : []), ...intro],
    submit: page < pages ? say.pageAfter : submit,
  };
}

const way = (verb: Verb, label: string, view: ApprovalView): CardAction => ({
  ...{ verb, label, style: 'normal', opens: 'form' },
  target: targetOf(view),
});

/** What else can be done with an open request, from where it is read. */
function ways(say: CardWords, view: ApprovalView, pending: boolean): Block {
  const { edits } = view.state;
  return {
    kind: 'actions',
    actions: [
      ...(pending ? [way('decline', say.decline, view), way('ask', say.ask, view)] : []),
      way('evidence', say.evidence, view),
      ...(edits.length > 0 ? [way('changes', say.changes, view)] : []),
    ],
    menu: [],
  };
}

function argumentPages(say: CardWords, { state, evidence }: ApprovalView): Fact[][] {
  const { args } = state.action;
  const labels = evidence.argumentLabels;
  return paged(
    argumentNames(args, labels).flatMap((name) =>
      wholeFacts(say, argumentLabel(name, labels), argumentText(say, args[name] ?? null), strong),
    ),
  );
}

/** How many pages the whole request has: a signature is given on the last. */
export const pagesOfRequest = (view: ApprovalView, language: Language = 'en'): number =>
  argumentPages(wordsIn(language), view).length;

/**
 * The whole of a request, however long it is: what would run, letter by letter, page by page. Handing in the last page is the
 * signature, where the reader may still give one.
 */
export function requestForm(view: ApprovalView, wanted: number, language: Language = 'en'): Form {
  const say = wordsIn(language);
  const { state, evidence, agent } = view;
  const pages = argumentPages(say, view);
  const page = pageWithin(wanted, pages.length);
  const pending = state.status === 'pending';
  const { assessment, argumentLabels } = evidence;
  const warning = deceives(shownTexts(say, state.action.args, argumentLabels));
  const first: Block[] = [
    paragraph(
      strong(agent),
      text(/^asks\b/.test(assessment.ask) ? ` ${assessment.ask}` : `: ${assessment.ask}`),
    ),
    paragraph(
      strong(say.ifSigned),
      text(' '),
      code(state.action.tool),
      text(` ${say.runsOnceIn} ${evidence.connectorLabel}`),
    ),
  ];
  const last: Block[] = [
    { kind: 'divider' },
    { kind: 'facts', layout: 'lines', whole: false, facts: progressFacts(say, view).slice(0, 3) },
    ways(say, view, pending),
  ];
  return sheet(
    say,
    view,
    { page, pages: pages.length },
    {
      verb: 'open',
      title: say.requestTitle,
      intro: [
        ...(page === 1 ? first : []),
        ...(warning ? [paragraph(strong(say.spelledOut))] : []),
        whole(pages[page - 1] ?? []),
        ...(page === pages.length ? last : []),
      ],
      submit: pending ? say.approve : '',
    },
  );
}

/** Weight, what was found, where and how fresh, then the very words of the source, as far as it was kept. */
function signalFacts(say: CardWords, evidence: Evidence, passages: readonly Passage[]): Fact[] {
  return evidence.assessment.signals.flatMap((signal) => {
    const source = evidence.sources.find(({ citation }) => citation === signal.citation);
    const passage = passages.find(({ citation }) => citation === signal.citation);
    const fresh: Span[] =
      source === undefined
        ? []
        : [
            text(`, ${source.asOf === null ? '' : `${source.asOf}, `}${say.read} `),
            instant(source.readAtMs, 'moment'),
          ];
    return [
      fact(
        weight(say, signal.weight),
        text(`${signal.text}${say.separator}`),
        cite(signal.citation),
        ...fresh,
      ),
      ...(passage === undefined
        ? [fact(say.passage, text(say.noPassage))]
        : wholeFacts(say, say.passage, say.quote(passage.text), text)),
    ];
  });
}

/** What the agent read and made of it. Its sources’ words are shown and never obeyed, like all text here. */
export function evidenceForm(
  view: ApprovalView,
  passages: readonly Passage[],
  wanted: number,
  language: Language = 'en',
): Form {
  const say = wordsIn(language);
  const { evidence } = view;
  const { assessment } = evidence;
  const pages = paged(signalFacts(say, evidence, passages));
  const page = pageWithin(wanted, pages.length);
  const base = assessment.baseRate === null ? '' : ` (${say.baseRate} ${fixed(say, assessment.baseRate, 2)})`;
  const score =
    assessment.score === null ? say.noScore : `${say.score} ${fixed(say, assessment.score, 2)}${base}`;
  const summary: Block[] = [
    paragraph(strong(say.why), text(` ${score}`)),
    paragraph(
      strong(`${say.confidence} ${fixed(say, assessment.confidence, 2)}`),
      text(` ${say.unsure} ${assessment.unsure.trim() || say.unsureOfNothing}`),
    ),
  ];
  const none = assessment.signals.length === 0 ? [paragraph(text(say.noSignals))] : [];
  return sheet(
    say,
    view,
    { page, pages: pages.length },
    {
      verb: 'evidence',
      title: say.evidenceTitle,
      intro: [
        ...(page === 1 ? summary : []),
        ...none,
        whole(pages[page - 1] ?? []),
        { kind: 'context', spans: [text(say.evidenceNote)] },
      ],
      submit: '',
    },
  );
}

/** Of one edit, every argument that it changed: as it was, struck out, and as it is. */
function editFacts(
  say: CardWords,
  view: ApprovalView,
  { person, atMs, comment, before, after }: Edit,
): Fact[] {
  const labels = view.evidence.argumentLabels;
  const value = (args: JsonObject, name: string): string =>
    Object.hasOwn(args, name) ? argumentText(say, args[name] ?? null) : say.notGiven;
  const changed = argumentNames({ ...before, ...after }, labels).filter(
    (name) => value(before, name) !== value(after, name),
  );
  return [
    fact(
      say.edited,
      text(`${say.by} ${named(view.people, person).name}, `),
      instant(atMs, 'moment'),
      text(comment === null ? '' : `: ${say.quote(comment)}`),
    ),
    ...changed.flatMap((name) => {
      const label = argumentLabel(name, labels);
      return [
        ...wholeFacts(say, `${label}, ${say.before}`, value(before, name), struck),
        ...wholeFacts(say, `${label}, ${say.after}`, value(after, name), strong),
      ];
    }),
  ];
}

/** Every edit of the lineage, the first one first, with each changed argument before and after. */
export function changesForm(view: ApprovalView, wanted: number, language: Language = 'en'): Form {
  const say = wordsIn(language);
  const pages = paged(view.state.edits.flatMap((edit) => editFacts(say, view, edit)));
  const page = pageWithin(wanted, pages.length);
  const none = view.state.edits.length === 0 ? [paragraph(text(say.neverEdited))] : [];
  return sheet(
    say,
    view,
    { page, pages: pages.length },
    {
      verb: 'changes',
      title: say.changesTitle,
      intro: [...none, whole(pages[page - 1] ?? [])],
      submit: '',
    },
  );
}
