import { printInstant } from '../instant.ts';
import type { Block, Card, Fact, Span } from '../model.ts';
import { prepare } from '../prepare.ts';
import { cut, shown } from '../text.ts';
import { WORDS } from '../words.ts';

function spanWords(span: Span, timeZone: string): string {
  if (span.kind === 'instant') return printInstant(span.atMs, span.form, timeZone);
  if (span.kind === 'struck') return `${WORDS.was} ${span.text}`;
  if (span.kind === 'command') return `/countersign ${span.text}`;
  return span.kind === 'person' ? span.name : span.text;
}

const line = (spans: readonly Span[], timeZone: string): string =>
  spans.map((span) => spanWords(span, timeZone)).join('');

const factLine = (fact: Fact, timeZone: string): string =>
  `${fact.label}: ${[fact.lead, fact.spans]
    .filter((part) => part.length > 0)
    .map((part) => line(part, timeZone))
    .join(' · ')}`;

function blockLines(block: Block, timeZone: string): string[] {
  switch (block.kind) {
    case 'paragraph':
    case 'context':
      return [line(block.spans, timeZone)];
    case 'facts':
      return block.facts.map((fact) => factLine(fact, timeZone));
    case 'list':
      return block.items.map((item) => `- ${line(item, timeZone)}`);
    case 'table':
      return [...block.lines];
    case 'divider':
      return [];
    case 'actions':
      return [[...block.actions, ...block.menu].map(({ label }) => `[${label}]`).join(' ')];
  }
}

/** A whole card as lines of plain text, for terminals, transcripts and screen readers. Times in an IANA zone. */
export function renderPlain(card: Card, timeZone: string): string {
  const prepared = prepare(card, 1);
  if (!prepared.fits) return plainSummary(card);
  const { title, state, blocks } = prepared.card;
  const aside = state && state.aside.length > 0 ? ` · ${line(state.aside, timeZone)}` : '';
  return [
    title,
    ...(state ? [`${state.icon} ${state.words}${aside}`] : []),
    ...blocks.flatMap((block) => blockLines(block, timeZone)),
  ].join('\n');
}

/** The notification: one line, at most 300 characters. */
export const plainSummary = (card: Card): string => cut(shown(card.summary), 300);
