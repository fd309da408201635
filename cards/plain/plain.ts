import { printInstant } from '../instant.ts';
import type { Block, Card, Fact, Span } from '../model.ts';
import { prepare } from '../prepare.ts';
import { cut, shown } from '../text.ts';
import { wordsIn } from '../languages.ts';
import type { CardWords } from '../words.ts';

function spanWords(say: CardWords, span: Span, timeZone: string): string {
  if (span.kind === 'instant') return printInstant(say, span.atMs, span.form, timeZone);
  if (span.kind === 'struck') return `${say.was} ${span.text}`;
  if (span.kind === 'command') return `/countersign ${span.text}`;
  return span.kind === 'person' ? span.name : span.text;
}

const line = (say: CardWords, spans: readonly Span[], timeZone: string): string =>
  spans.map((span) => spanWords(say, span, timeZone)).join('');

const factLine = (say: CardWords, fact: Fact, timeZone: string): string =>
  `${fact.label}: ${[fact.lead, fact.spans]
    .filter((part) => part.length > 0)
    .map((part) => line(say, part, timeZone))
    .join(' · ')}`;

function blockLines(say: CardWords, block: Block, timeZone: string): string[] {
  switch (block.kind) {
    case 'paragraph':
    case 'context':
      return [line(say, block.spans, timeZone)];
    case 'facts':
      return block.facts.map((fact) => factLine(say, fact, timeZone));
    case 'list':
      return block.items.map((item) => `- ${line(say, item, timeZone)}`);
    case 'table':
      return [...block.lines];
    case 'item':
      return [...block.lines.map((one) => line(say, one, timeZone)), `[${block.action.label}]`];
    case 'picture':
      return [block.alt];
    case 'link':
      return [`${block.label}: ${block.url}`];
    case 'divider':
      return [];
    case 'actions':
      return [[...block.actions, ...block.menu].map(({ label }) => `[${label}]`).join(' ')];
  }
}

/** A whole card as lines of plain text, for terminals, transcripts and screen readers. Times in an IANA zone. */
export function renderPlain(card: Card, timeZone: string): string {
  const say = wordsIn(card.language);
  const prepared = prepare(card, 1);
  if (!prepared.fits) return plainSummary(card);
  const { title, state, blocks } = prepared.card;
  const aside = state && state.aside.length > 0 ? ` · ${line(say, state.aside, timeZone)}` : '';
  return [
    title,
    ...(state ? [`${state.icon} ${state.words}${aside}`] : []),
    ...blocks.flatMap((block) => blockLines(say, block, timeZone)),
  ].join('\n');
}

/** The notification: one line, at most 300 characters. */
export const plainSummary = (card: Card): string => {
  const say = wordsIn(card.language);
  return cut(say, shown(card.summary), 300);
};
