import { cardDigest } from '../digest.ts';
import type { CopyId } from '../../core/ids.ts';
import { TEAMS } from '../limits.ts';
import type { Block, Card, CardAction, Fact, Rendered, Span, StateLine, Tone } from '../model.ts';
import { payloadOf, type Binding } from '../payload.ts';
import { pictureKey } from '../pictures.ts';
import { prepare, squeezed } from '../prepare.ts';
import { joined, strong, text } from '../spans.ts';
import { lineElement, markdown, richTextBlock, type TeamsElement } from './elements.ts';
import { wordsIn } from '../languages.ts';
import type { CardWords } from '../words.ts';

/** An Adaptive Card for an attachment of type `application/vnd.microsoft.card.adaptive`. */
export interface TeamsCard {
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly body: TeamsElement[];
  readonly [key: string]: unknown;
}

/** The activity's `summary` is the notification. */
export interface TeamsMessage {
  readonly summary: string;
  readonly card: TeamsCard;
}

export interface TeamsWhere {
  /** The copy that will show it; null for a private answer. */
  readonly copy: CopyId | null;
  /** IANA zone in which times are printed where the reader's own cannot be asked for. */
  readonly timeZone: string;
  /** Whose clients ask for the newest card when they open it; the first 60 count. Empty: nobody's. */
  readonly refreshUsers: readonly string[];
  /** Data URIs by `pictureKey`; they count against the card's 28 KB. */
  readonly pictures?: ReadonlyMap<string, string>;
}

/** Tint beside icon and words, never instead of them. */
const STYLE: Record<Tone, string> = {
  waiting: 'warning',
  done: 'good',
  stopped: 'attention',
  broken: 'attention',
  over: 'emphasis',
  plain: 'emphasis',
};

const column = (width: string, item: TeamsElement): TeamsElement => ({
  type: 'Column',
  width,
  items: [item],
});

function stateElement(say: CardWords, state: StateLine, timeZone: string): TeamsElement {
  const words = lineElement(say, [text(`${state.icon} `), strong(state.words)], timeZone);
  const aside = lineElement(say, state.aside, timeZone, {}, { horizontalAlignment: 'Right' });
  // The words keep their line; a long aside wraps beside them.
  const columns =
    state.aside.length > 0 ? [column('auto', words), column('stretch', aside)] : [column('stretch', words)];
  return { type: 'Container', style: STYLE[state.tone], items: [{ type: 'ColumnSet', columns }] };
}

const factSpans = (fact: Fact): readonly Span[] => joined([fact.lead, fact.spans], ' · ');

/** A FactSet knows no times of the reader's and parses markdown: facts with either are laid out by hand. */
function factElements(say: CardWords, facts: readonly Fact[], timeZone: string): TeamsElement[] {
  const plain = facts.map((fact) => ({
    title: markdown(say, [text(fact.label)], 'any'),
    value: markdown(say, factSpans(fact), 'any'),
  }));
  const timeless = facts.every((fact) => factSpans(fact).every((span) => span.kind !== 'instant'));
  if (timeless && plain.every(({ title, value }) => title !== null && value !== null))
    return [{ type: 'FactSet', facts: plain }];
  return facts.map((fact, i) => ({
    type: 'ColumnSet',
    spacing: i === 0 ? 'Default' : 'Small',
    columns: [
      column('110px', lineElement(say, [strong(fact.label)], timeZone)),
      column('stretch', lineElement(say, factSpans(fact), timeZone)),
    ],
  }));
}

/** A real list where every item is harmless in markdown, else a bullet per line. */
function listElements(say: CardWords, items: readonly (readonly Span[])[], timeZone: string): TeamsElement[] {
  const lines = items.map((item) => markdown(say, item, 'none'));
  const safe = lines.filter((line) => line !== null && line.trim() !== '');
  if (safe.length === items.length)
    return [
      { type: 'TextBlock', text: safe.map((line) => `- ${line}`).join('\n'), wrap: true, spacing: 'Small' },
    ];
  return items.map((item) => richTextBlock(say, [text('• '), ...item], {}, timeZone, { spacing: 'Small' }));
}

/** One run per line with hard spaces, since Adaptive Cards know no preformatted text. */
const tableElement = (say: CardWords, lines: readonly string[]): TeamsElement => ({
  type: 'Container',
  style: 'emphasis',
  items: lines.map((line, i) => ({
    ...richTextBlock(
      say,
      [text(line.replaceAll(' ', '\u00A0'))],
      { fontType: 'Monospace', size: 'Small' },
      'UTC',
    ),
    spacing: i === 0 ? 'Default' : 'None',
  })),
});

/** A form is a dialog, which only Action.Submit opens; all else is answered by Action.Execute. */
function actionElement(action: CardAction, mode: 'primary' | 'secondary', binding: Binding): TeamsElement {
  const carried = { verb: action.verb, payload: payloadOf(action.target, binding) };
  const looks = {
    title: action.label,
    associatedInputs: 'none',
    ...(action.style === 'primary' ? { style: 'positive' } : {}),
    ...(mode === 'secondary' ? { mode } : {}),
  };
  if (action.opens === 'form')
    return { type: 'Action.Submit', ...looks, data: { msteams: { type: 'task/fetch' }, ...carried } };
  return { type: 'Action.Execute', ...looks, verb: action.verb, data: carried };
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/**
 * A set holds few actions, those of its menu counted: what is more goes into further sets. Each shows its first action
 * as a button, since some clients draw no menu alone.
 */
function actionSets(
  actions: readonly CardAction[],
  menu: readonly CardAction[],
  binding: Binding,
): TeamsElement[] {
  const most = TEAMS.actionsOfSet;
  const set = (shown: readonly CardAction[], rest: readonly CardAction[]): TeamsElement => ({
    type: 'ActionSet',
    actions: [
      ...shown.map((action) => actionElement(action, 'primary', binding)),
      ...rest.map((action) => actionElement(action, 'secondary', binding)),
    ],
  });
  if (actions.length + menu.length === 0) return [];
  if (actions.length > 0 && actions.length + menu.length <= most) return [set(actions, menu)];
  const more = chunks(menu, most).map(([first, ...rest]) => set(first ? [first] : [], rest));
  return [...chunks(actions, most).map((shown) => set(shown, [])), ...more];
}

/** On a narrow phone the button keeps its width and the words wrap beside it. */
function itemElement(
  say: CardWords,
  { lines, action }: Extract<Block, { kind: 'item' }>,
  binding: Binding,
  timeZone: string,
): TeamsElement {
  const words = lines.map((one, i) => ({
    ...lineElement(say, one, timeZone, i === 0 ? {} : { isSubtle: true, size: 'Small' }),
    spacing: i === 0 ? 'Default' : 'None',
  }));
  const button = { type: 'ActionSet', actions: [actionElement(action, 'primary', binding)] };
  return {
    type: 'ColumnSet',
    spacing: 'Medium',
    columns: [
      { type: 'Column', width: 'stretch', items: words },
      { type: 'Column', width: 'auto', verticalContentAlignment: 'Center', items: [button] },
    ],
  };
}

/** Inside the card, so that nothing has to be fetched from us and nothing expires; else its words. */
function pictureElement(
  say: CardWords,
  block: Extract<Block, { kind: 'picture' }>,
  { pictures }: Binding,
  timeZone: string,
): TeamsElement {
  const url = pictures?.get(pictureKey(block, say.language));
  return url === undefined
    ? lineElement(say, [text(block.alt)], timeZone, { isSubtle: true, size: 'Small' })
    : { type: 'Image', url, altText: block.alt, size: 'Stretch' };
}

/** Elements of a prepared block; also used inside dialogs. */
export function teamsElements(
  say: CardWords,
  block: Block,
  binding: Binding,
  timeZone: string,
): TeamsElement[] {
  switch (block.kind) {
    case 'paragraph':
      return [lineElement(say, block.spans, timeZone)];
    case 'facts':
      return block.facts.length > 0 ? factElements(say, block.facts, timeZone) : [];
    case 'list':
      return block.items.length > 0 ? listElements(say, block.items, timeZone) : [];
    case 'table':
      return block.lines.length > 0 ? [tableElement(say, block.lines)] : [];
    case 'item':
      return [itemElement(say, block, binding, timeZone)];
    case 'picture':
      return [pictureElement(say, block, binding, timeZone)];
    case 'link': {
      const open = { type: 'Action.OpenUrl', title: block.label, url: block.url, style: 'positive' };
      return [{ type: 'ActionSet', actions: [open] }];
    }
    case 'divider':
      return [];
    case 'context':
      return [lineElement(say, block.spans, timeZone, { isSubtle: true, size: 'Small' })];
    case 'actions':
      return actionSets(block.actions, block.menu, binding);
  }
}

/** Dividers are a line above the next element. */
function body(say: CardWords, blocks: readonly Block[], binding: Binding, timeZone: string): TeamsElement[] {
  return blocks.flatMap((block, i) => {
    const elements = teamsElements(say, block, binding, timeZone);
    const [first, ...rest] = elements;
    if (first === undefined || blocks[i - 1]?.kind !== 'divider') return elements;
    return [{ ...first, separator: true, spacing: 'Medium' }, ...rest];
  });
}

function titleElement(say: CardWords, title: string, timeZone: string): TeamsElement {
  const looks = { size: 'Large', weight: 'Bolder' };
  const line = markdown(say, [text(title)], 'none');
  return line === null || line.trim() === ''
    ? richTextBlock(say, [text(title)], looks, timeZone)
    : { type: 'TextBlock', text: line, style: 'heading', wrap: true, ...looks };
}

/**
 * An inbox stands in the chat with one person, whose client asks for the newest when it comes into view
 * (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/up-to-date-views);
 * no user is named since there is but one.
 */
function askingAgain(card: Card, { copy }: Binding): { readonly refresh?: TeamsElement } {
  if (card.kind !== 'inbox' || copy === null) return {};
  const payload = { v: 1, command: card.kind, words: `look ${card.version}` };
  const action = { type: 'Action.Execute', title: '↻', verb: 'command', data: { verb: 'command', payload } };
  return { refresh: { action } as unknown as TeamsElement };
}

function renderPrepared(say: CardWords, card: Card, binding: Binding, where: TeamsWhere): TeamsMessage {
  const state = card.state ? [stateElement(say, card.state, where.timeZone)] : [];
  const userIds = where.refreshUsers.slice(0, TEAMS.refreshUsers);
  const about = { kind: card.kind, subject: card.subject, version: card.version, copy: binding.copy };
  const refresh =
    userIds.length > 0
      ? {
          refresh: {
            action: { type: 'Action.Execute', title: '↻', verb: 'refresh', data: { verb: 'refresh', about } },
            userIds,
          },
        }
      : askingAgain(card, binding);
  return {
    summary: card.summary,
    card: {
      type: 'AdaptiveCard',
      version: '1.5',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      ...refresh,
      msteams: { width: 'Full' },
      body: [
        titleElement(say, card.title, where.timeZone),
        ...state,
        ...body(say, card.blocks, binding, where.timeZone),
      ],
    },
  };
}

const bytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** All pictures, then one less each time. */
function fewer(pictures: TeamsWhere['pictures']): ReadonlyMap<string, string>[] {
  const all = [...(pictures ?? [])];
  return all.map((_, i) => new Map(all.slice(0, all.length - i)));
}

/**
 * A card as Adaptive Card 1.5 JSON. `fits: false` when something that must be whole does not fit into 28 KB.
 */
export function renderTeamsMessage(card: Card, where: TeamsWhere): Rendered<TeamsMessage> {
  const say = wordsIn(card.language);
  const binding: Binding = { copy: where.copy, cardDigest: cardDigest(card) };
  const holds = (message: TeamsMessage): boolean => bytes(message) <= TEAMS.cardBytes;
  // A picture gives way before a word is cut: it says nothing that its words do not.
  for (const pictures of fewer(where.pictures)) {
    const prepared = prepare(card, 1);
    const made = prepared.fits && renderPrepared(say, prepared.card, { ...binding, pictures }, where);
    if (made && holds(made)) return { fits: true, card: made };
  }
  return squeezed(card, (prepared) => renderPrepared(say, prepared, binding, where), holds);
}
