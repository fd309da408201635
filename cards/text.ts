import type { Span } from './model.ts';
import { visible } from './visible.ts';
import type { CardWords } from './words.ts';

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Text that can be digested and sent: whole characters only, in Unicode form NFC. */
export const wellFormed = (text: string): string => text.replace(LONE_SURROGATE, '\uFFFD').normalize('NFC');

/**
 * What of a text is shown: characters that deceive are spelled out, and a line break is a mark on the same line, so that
 * no value can pretend to be the next line of the card.
 */
export const shown = (text: string): string =>
  visible(
    wellFormed(text)
      .replace(/\r\n|[\n\r\u2028\u2029\u0085\u000b\u000c]/g, ' ⏎ ')
      .replaceAll('\t', ' '),
  );

const count = (text: string): number => Array.from(text).length;

/** At most `max` UTF-16 units, and where something is missing it says how much. Never splits a character. */
export function cut(say: CardWords, text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text);
  const note = say.moreCharacters;
  const room = max - note(characters.length).length;
  if (room <= 0) return note(characters.length).slice(0, Math.max(0, max));
  let kept = '';
  for (const character of characters) {
    if (kept.length + character.length > room) break;
    kept += character;
  }
  return kept + note(characters.length - count(kept));
}

/** The letters of a span without their looks; an instant counts as a fixed width. */
export function spanText(span: Span): string {
  if (span.kind === 'instant') return '0'.repeat(24);
  return span.kind === 'person' ? span.name : span.text;
}

export const spansLength = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + spanText(span).length, 0);

const withText = (span: Span, text: string): Span => {
  if (span.kind === 'instant') return span;
  return span.kind === 'person' ? { ...span, name: text } : { ...span, text };
};

/** Applies `shown` to every letter of a line. */
export const showSpans = (spans: readonly Span[]): readonly Span[] =>
  spans.map((span) => withText(span, span.kind === 'instant' ? '' : shown(spanText(span))));

/** A line of at most `max` UTF-16 units, saying how many characters are missing. Expects shown spans. */
export function cutSpans(say: CardWords, spans: readonly Span[], max: number): readonly Span[] {
  if (spansLength(spans) <= max) return spans;
  const kept: Span[] = [];
  // Room for the longest note, so that the line never ends without one.
  let room = max - 32;
  for (const [i, span] of spans.entries()) {
    const length = spanText(span).length;
    if (length > room) {
      const rest = spans.slice(i + 1).reduce((sum, next) => sum + count(spanText(next)), 0);
      return [...kept, ...cutLast(say, span, room, rest)];
    }
    kept.push(span);
    room -= length;
  }
  return kept;
}

function cutLast(say: CardWords, span: Span, room: number, rest: number): readonly Span[] {
  const characters = Array.from(spanText(span));
  let head = '';
  if (span.kind !== 'instant')
    for (const character of characters) {
      if (head.length + character.length > room) break;
      head += character;
    }
  const note: Span = { kind: 'text', text: say.moreCharacters(characters.length - count(head) + rest) };
  return head === '' ? [note] : [withText(span, head), note];
}
