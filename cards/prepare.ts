import { REPLACED_VALUE, SLACK, TABLE_COLUMNS, WHOLE_VALUE, WIDE_COLUMNS } from './limits.ts';
import type { Block, Card, CardAction, Fact, Rendered, Span } from './model.ts';
import { cut, cutSpans, showSpans, shown, spansLength } from './text.ts';
import { wordsIn } from './languages.ts';
import type { CardWords } from './words.ts';

/** How much of everything that may be cut is left, tried in this order until a chat's size limit holds. */
export const SQUEEZES = [1, 0.5, 0.2, 0.08] as const;

/** What a picture says in words; Slack takes twice as many. */
const PICTURE_WORDS = 1000;

const line = (say: CardWords, spans: readonly Span[], max: number, squeeze: number): readonly Span[] =>
  cutSpans(say, showSpans(spans), Math.max(60, Math.floor(max * squeeze)));

function prepareFact(say: CardWords, fact: Fact, whole: boolean, squeeze: number): Fact | null {
  const label = cut(say, shown(fact.label), 100);
  const lead = cutSpans(say, showSpans(fact.lead), 200);
  if (!whole) return { label, lead, spans: line(say, fact.spans, 1200, squeeze) };
  const spans = showSpans(fact.spans);
  return spansLength(spans) > WHOLE_VALUE + REPLACED_VALUE ? null : { label, lead, spans };
}

/** The first items, and a last one that says how many are missing. */
function firstOf<T>(items: readonly T[], max: number, note: (missing: number) => T): readonly T[] {
  const room = Math.max(2, Math.floor(max));
  return items.length <= room ? items : [...items.slice(0, room - 1), note(items.length - room + 1)];
}

const prepareAction = (say: CardWords, action: CardAction): CardAction => ({
  ...action,
  label: cut(say, shown(action.label), SLACK.buttonText),
});

function prepareBlock(say: CardWords, block: Block, squeeze: number): Block | null {
  switch (block.kind) {
    case 'paragraph':
      return { ...block, spans: line(say, block.spans, 2000, squeeze) };
    case 'context':
      return { ...block, spans: line(say, block.spans, 800, squeeze) };
    case 'facts': {
      const facts = block.facts.map((fact) => prepareFact(say, fact, block.whole, squeeze));
      const kept = facts.filter((fact) => fact !== null);
      return kept.length === facts.length ? { ...block, facts: kept } : null;
    }
    case 'list': {
      const items = block.items.map((item) => line(say, item, 600, squeeze));
      return {
        ...block,
        items: firstOf(items, 20 * squeeze, (n) => [{ kind: 'text', text: say.moreItems(n) }]),
      };
    }
    case 'table': {
      const lines = block.lines.map((row) => cut(say, shown(row), block.wide ? WIDE_COLUMNS : TABLE_COLUMNS));
      return { ...block, lines: firstOf(lines, 60 * squeeze, (n) => say.moreLines(n)) };
    }
    case 'item':
      return {
        ...block,
        lines: block.lines.map((one) => line(say, one, 300, squeeze)),
        action: prepareAction(say, block.action),
      };
    case 'picture':
      return { ...block, alt: cut(say, shown(block.alt), Math.max(200, PICTURE_WORDS * squeeze)) };
    case 'link':
      return { ...block, label: cut(say, shown(block.label), SLACK.buttonText) };
    case 'divider':
      return block;
    case 'actions':
      return {
        ...block,
        actions: block.actions.slice(0, SLACK.actionElements - 1).map((one) => prepareAction(say, one)),
        menu: block.menu.slice(0, SLACK.menuOptions).map((one) => prepareAction(say, one)),
      };
  }
}

/** The blocks alone, e.g. those above a form's fields. */
export function prepareBlocks(
  say: CardWords,
  all: readonly Block[],
  squeeze: number,
): Rendered<readonly Block[]> {
  const blocks = all.map((block) => prepareBlock(say, block, squeeze));
  const kept = blocks.filter((block) => block !== null);
  return kept.length < blocks.length ? { fits: false } : { fits: true, card: kept };
}

/**
 * Every text made visible and held to its limit, before any chat's own notation is added. `fits: false` when a value
 * that may not be cut is too long.
 */
export function prepare(card: Card, squeeze: number): Rendered<Card> {
  const say = wordsIn(card.language);
  const blocks = prepareBlocks(say, card.blocks, squeeze);
  if (!blocks.fits) return blocks;
  const { state } = card;
  const stateLine = state && {
    ...state,
    icon: cut(say, shown(state.icon), 16),
    words: cut(say, shown(state.words), 120),
    aside: cutSpans(say, showSpans(state.aside), 300),
  };
  return {
    fits: true,
    card: {
      ...card,
      title: cut(say, shown(card.title), SLACK.header),
      state: stateLine,
      blocks: blocks.card,
      summary: cut(say, shown(card.summary), 300),
    },
  };
}

/** The first squeeze at which `render` makes something that `holds`. */
export function squeezed<T>(
  card: Card,
  render: (prepared: Card) => T,
  holds: (made: T) => boolean,
): Rendered<T> {
  for (const squeeze of SQUEEZES) {
    const prepared = prepare(card, squeeze);
    if (!prepared.fits) return prepared;
    const made = render(prepared.card);
    if (holds(made)) return { fits: true, card: made };
  }
  return { fits: false };
}
