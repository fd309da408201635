import { printInstant } from '../instant.ts';
import type { Span, TimeForm } from '../model.ts';
import type { CardWords } from '../words.ts';

/** Adaptive Card JSON, schema 1.5 (https://adaptivecards.io/schemas/1.5.0/adaptive-card.json). */
export type TeamsElement = { readonly type: string; readonly [key: string]: unknown };

/** How a text is set. */
export type Look = Readonly<Record<string, string | boolean>>;

/**
 * A TextBlock parses markdown, so it only ever holds text in which nothing could mean anything: no mark, no entity, no
 * address, no template. Everything else becomes a RichTextBlock, whose runs are shown letter by letter.
 */
const MARK =
  /[\\`*_[\]<>~|{}!^&@]|:\/\/|[\p{L}\p{N}-]\.\p{L}{2,}|^\s*(?:[-+#]+(?:\s|$)|\d+[.)]\s|={2,}|-{2,})/u;

const letters = (span: Span): string => {
  if (span.kind === 'instant') return '0';
  if (span.kind === 'command') return `@Countersign ${span.text}`;
  return span.kind === 'person' ? span.name : span.text;
};

const isoSecond = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features: documented for TextBlock only. */
function macro(say: CardWords, atMs: number, form: TimeForm): string {
  const at = isoSecond(atMs);
  if (form === 'day') return `{{DATE(${at},SHORT)}}`;
  if (form === 'time' || form === 'seconds') return `{{TIME(${at})}}`;
  const both = `{{DATE(${at},SHORT)}}, {{TIME(${at})}}`;
  return form === 'deadline' ? `${both} ${say.yourTime}` : both;
}

/** Bold needs letters at both ends. */
const bold = (words: string): string => (words.trim() === words && words !== '' ? `**${words}**` : words);

/** Markdown of a line, or null when it holds what markdown could obey, or looks that a TextBlock does not know. */
export function markdown(say: CardWords, spans: readonly Span[], looks: 'any' | 'none'): string | null {
  if (MARK.test(spans.map(letters).join(''))) return null;
  if (looks === 'none' && spans.some((span) => span.kind === 'code' || span.kind === 'struck')) return null;
  return spans
    .map((span) => {
      if (span.kind === 'instant') return macro(say, span.atMs, span.form);
      const words = letters(span);
      return span.kind === 'strong' || span.kind === 'person' ? bold(words) : words;
    })
    .join('');
}

/** Date macros are looked for in runs too (at least by the JavaScript renderer), so their opening is split in two. */
const split = (words: string): string[] => words.split(/(?<=\{)(?=\{)/);

const RUN_LOOK: Record<Exclude<Span['kind'], 'instant'>, Look> = {
  text: {},
  strong: { weight: 'Bolder' },
  person: { weight: 'Bolder' },
  code: { fontType: 'Monospace' },
  command: { fontType: 'Monospace' },
  cite: { color: 'Accent' },
  struck: { strikethrough: true },
};

function runs(say: CardWords, span: Span, look: Look, timeZone: string): TeamsElement[] {
  if (span.kind === 'instant')
    return [{ type: 'TextRun', text: printInstant(say, span.atMs, span.form, timeZone), ...look }];
  return split(letters(span))
    .filter((words) => words !== '')
    .map((words) => ({ type: 'TextRun', text: words, ...look, ...RUN_LOOK[span.kind] }));
}

export function richTextBlock(
  say: CardWords,
  spans: readonly Span[],
  look: Look,
  timeZone: string,
  more: Look = {},
): TeamsElement {
  const inlines = spans.flatMap((span) => runs(say, span, look, timeZone));
  return {
    type: 'RichTextBlock',
    inlines: inlines.length > 0 ? inlines : [{ type: 'TextRun', text: ' ' }],
    ...more,
  };
}

/** A line in the reader's own time where it holds times and is harmless, else letter by letter. */
export function lineElement(
  say: CardWords,
  spans: readonly Span[],
  timeZone: string,
  look: Look = {},
  more: Look = {},
): TeamsElement {
  const line = markdown(say, spans, 'none');
  if (line === null || line.trim() === '') return richTextBlock(say, spans, look, timeZone, more);
  return { type: 'TextBlock', text: line, wrap: true, ...look, ...more };
}

/** For places that take a plain string and would still look for date macros or markdown, e.g. labels. */
export const plainString = (words: string): string => words.replace(/\{(?=\{)/g, '{ ');
