import { cardDigest } from '../digest.ts';
import { SLACK } from '../limits.ts';
import type { Block, Card, CardAction, Fact, Rendered, Span, StateLine } from '../model.ts';
import { LINK_ACTION, MENU_ACTION, packMenuValue, payloadOf, type Binding } from '../payload.ts';
import { pictureKey } from '../pictures.ts';
import { squeezed } from '../prepare.ts';
import { strong, text } from '../spans.ts';
import type { Button, LinkButton, Mrkdwn, Overflow, RichText, SlackBlock, SlackHome } from './blocks.ts';
import { escapeSlack, isPlain, mrkdwn, richSection } from './elements.ts';
import type { CopyId } from '../../core/ids.ts';
import { wordsIn } from '../languages.ts';
import type { CardWords } from '../words.ts';

/** Arguments for `chat.postMessage` and `chat.update`; send them with unfurling off. */
export interface SlackMessage {
  /** The notification; with blocks present Slack shows it nowhere else. */
  readonly text: string;
  readonly blocks: SlackBlock[];
}

const rich = (say: CardWords, ...lines: (readonly Span[])[]): RichText => ({
  type: 'rich_text',
  elements: lines.map((one) => richSection(say, one)),
});

const mrkdwnText = (line: string): Mrkdwn => ({ type: 'mrkdwn', text: line });

function stateBlock(say: CardWords, state: StateLine): SlackBlock {
  const aside = state.aside.length > 0 ? [text(' · '), ...state.aside] : [];
  return smallPrint(say, [text(`${state.icon} `), strong(state.words), ...aside]);
}

function smallPrint(say: CardWords, spans: readonly Span[]): SlackBlock {
  const line = mrkdwn(say, spans);
  if (line === null || line.length > SLACK.contextText) return rich(say, spans);
  return { type: 'context', elements: [mrkdwnText(line)] };
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

const factLine = (fact: Fact, between: string): readonly Span[] => {
  const lead = fact.lead.length > 0 ? [text(' '), ...fact.lead] : [];
  const value = fact.spans.length > 0 ? [text(between), ...fact.spans] : [];
  return [strong(fact.label), ...lead, ...value];
};

/** Two columns where every value is harmless in mrkdwn, else one rich text line each, in the same order. */
function gridBlocks(say: CardWords, facts: readonly Fact[]): SlackBlock[] {
  const lines = facts.map((fact) => mrkdwn(say, factLine(fact, '\n')));
  const safe = lines.filter((line): line is string => line !== null && line.length <= SLACK.field);
  if (safe.length < facts.length) return facts.map((fact) => rich(say, factLine(fact, '\n')));
  return chunks(safe, SLACK.fields).map((fields): SlackBlock => ({
    type: 'section',
    fields: fields.map(mrkdwnText),
  }));
}

/** A filled button is for the one thing that the card is about. */
function button(action: CardAction, index: number, binding: Binding): Button {
  return {
    type: 'button',
    text: { type: 'plain_text', text: action.label, emoji: false },
    action_id: index === 0 ? action.verb : `${action.verb}:${index}`,
    value: JSON.stringify(payloadOf(action.target, binding)),
    ...(action.style === 'primary' ? { style: 'primary' } : {}),
  };
}

function overflow(menu: readonly CardAction[], binding: Binding): Overflow {
  return {
    type: 'overflow',
    action_id: MENU_ACTION,
    options: menu.map((action) => ({
      text: { type: 'plain_text', text: action.label, emoji: false },
      value: packMenuValue(action.verb, action.target, binding),
    })),
  };
}

function actionsBlock(
  { actions, menu }: Extract<Block, { kind: 'actions' }>,
  binding: Binding,
): SlackBlock[] {
  // Slack wants two options at least: a single one is a button instead.
  const buttons = menu.length === 1 ? [...actions, ...menu] : actions;
  const seen = new Map<string, number>();
  const elements = buttons.map((action) => {
    const index = seen.get(action.verb) ?? 0;
    seen.set(action.verb, index + 1);
    return button(action, index, binding);
  });
  const all = menu.length > 1 ? [...elements, overflow(menu, binding)] : elements;
  return all.length > 0 ? [{ type: 'actions', elements: all }] : [];
}

const inLines = (lines: readonly (readonly Span[])[]): readonly Span[] =>
  lines.flatMap((one, i) => (i === 0 ? one : [text('\n'), ...one]));

/** A list holds many of one verb, which Slack and its reader tell apart by what each is about. */
const idOf = ({ verb, target }: CardAction): string =>
  `${verb}:${target.kind === 'approval' ? target.approval : target.kind}`;

/** The button beside the text where every letter is harmless in mrkdwn, else below it. */
function itemBlocks(
  say: CardWords,
  { lines, action }: Extract<Block, { kind: 'item' }>,
  binding: Binding,
): SlackBlock[] {
  const open = { ...button(action, 0, binding), action_id: idOf(action) };
  const spans = inLines(lines);
  const words = mrkdwn(say, spans);
  return words === null || words.length > SLACK.section
    ? [rich(say, spans), { type: 'actions', elements: [open] }]
    : [{ type: 'section', text: mrkdwnText(words), accessory: open }];
}

/** A file of ours in this workspace, else its words. */
function pictureBlock(
  say: CardWords,
  block: Extract<Block, { kind: 'picture' }>,
  { pictures }: Binding,
): SlackBlock {
  const id = pictures?.get(pictureKey(block, say.language));
  return id === undefined
    ? smallPrint(say, [text(block.alt)])
    : { type: 'image', slack_file: { id }, alt_text: block.alt };
}

const linkButton = ({ label, url }: Extract<Block, { kind: 'link' }>): LinkButton => ({
  type: 'button',
  text: { type: 'plain_text', text: label, emoji: false },
  action_id: LINK_ACTION,
  url,
  style: 'primary',
});

/** Blocks of a prepared card's block; also used inside modals. */
export function slackBlocks(say: CardWords, block: Block, binding: Binding): SlackBlock[] {
  switch (block.kind) {
    case 'paragraph':
      return [rich(say, block.spans)];
    case 'facts':
      return block.layout === 'grid'
        ? gridBlocks(say, block.facts)
        : block.facts.map((fact) => rich(say, factLine(fact, ' ')));
    case 'list': {
      const elements = block.items.map((one) => richSection(say, one));
      return elements.length > 0
        ? [{ type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements }] }]
        : [];
    }
    case 'table':
      return chunks(block.lines, 30).map((lines) => ({
        type: 'rich_text',
        elements: [
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text: lines.join('\n') || ' ' }] },
        ],
      }));
    case 'item':
      return itemBlocks(say, block, binding);
    case 'picture':
      return [pictureBlock(say, block, binding)];
    case 'link':
      return [{ type: 'actions', elements: [linkButton(block)] }];
    case 'divider':
      return [{ type: 'divider' }];
    case 'context':
      return [smallPrint(say, block.spans)];
    case 'actions':
      return actionsBlock(block, binding);
  }
}

/** A header is plain text; a title with marks in it is a bold line, in which nobody looks for marks. */
const titleBlock = (say: CardWords, title: string): SlackBlock =>
  isPlain(title)
    ? { type: 'header', text: { type: 'plain_text', text: title, emoji: false } }
    : rich(say, [strong(title)]);

function renderPrepared(say: CardWords, card: Card, binding: Binding): SlackMessage {
  const title = titleBlock(say, card.title);
  const state = card.state ? [stateBlock(say, card.state)] : [];
  const blocks = card.blocks.flatMap((block) => slackBlocks(say, block, binding));
  return { text: escapeSlack(card.summary), blocks: [title, ...state, ...blocks] };
}

/** All strings that Slack shows, in UTF-16 units. */
function letters(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === 'text' && typeof item === 'string' ? item.length : letters(item)),
    0,
  );
}

/** The limits that depend on the whole; single values were held to theirs by `prepare`. */
const holds = (message: SlackMessage): boolean =>
  message.blocks.length <= SLACK.messageBlocks &&
  letters(message.blocks) <= SLACK.messageCharacters &&
  message.blocks.every((block) => block.type !== 'rich_text' || letters(block) <= SLACK.richText);

/**
 * A card as Slack blocks. `copy` is the copy that will show it, null for a private answer; `pictures` are the ids of files
 * that the workspace has.
 * `fits: false` when something that must be whole is not.
 */
export function renderSlackMessage(
  card: Card,
  where: { copy: CopyId | null; pictures?: ReadonlyMap<string, string> },
): Rendered<SlackMessage> {
  const say = wordsIn(card.language);
  const binding: Binding = { ...where, cardDigest: cardDigest(card) };
  return squeezed(card, (prepared) => renderPrepared(say, prepared, binding), holds);
}

/** The same as a home tab, which takes as many blocks as a modal. */
export function renderSlackHome(card: Card, where: { copy: CopyId | null }): Rendered<SlackHome> {
  const rendered = renderSlackMessage(card, where);
  return rendered.fits ? { fits: true, card: { type: 'home', blocks: rendered.card.blocks } } : rendered;
}
