import { printInstant } from '../instant.ts';
import type { Span, TimeForm } from '../model.ts';
import type { RichElement, RichSection } from './blocks.ts';
import type { CardWords } from '../words.ts';

/** https://docs.slack.dev/messaging/formatting-message-text#date-formatting; printed in each reader's zone. */
const DATE_FORMAT: Record<TimeForm, string> = {
  day: '{date_short}',
  time: '{time}',
  seconds: '{time_secs}',
  moment: '{date_short}, {time}',
  deadline: '{date_short}, {time}',
};

const dateFormat = (say: CardWords, form: TimeForm): string =>
  form === 'deadline' ? `${DATE_FORMAT[form]} ${say.yourTime}` : DATE_FORMAT[form];

/** Anything else that a person's chat identity may hold is no mention. */
const USER = /^[UW][A-Z0-9]{2,20}$/;

const seconds = (atMs: number): number => Math.floor(atMs / 1000);

/** Rich text parses nothing: a text element is shown letter by letter, whatever it holds. */
export function richElement(say: CardWords, span: Span): RichElement {
  switch (span.kind) {
    case 'text':
      return { type: 'text', text: span.text };
    case 'strong':
      return { type: 'text', text: span.text, style: { bold: true } };
    case 'code':
    case 'cite':
      return { type: 'text', text: span.text, style: { code: true } };
    case 'command':
      return { type: 'text', text: `/countersign ${span.text}`, style: { code: true } };
    case 'struck':
      return { type: 'text', text: span.text, style: { strike: true } };
    case 'person':
      return span.slackUser !== null && USER.test(span.slackUser)
        ? { type: 'user', user_id: span.slackUser }
        : { type: 'text', text: span.name, style: { bold: true } };
    case 'instant':
      return {
        type: 'date',
        timestamp: seconds(span.atMs),
        format: dateFormat(say, span.form),
        fallback: printInstant(say, span.atMs, span.form, 'UTC'),
      };
  }
}

/** A line; Slack refuses empty text elements. */
export function richSection(say: CardWords, spans: readonly Span[]): RichSection {
  const elements = spans
    .map((one) => richElement(say, one))
    .filter((element) => element.type !== 'text' || element.text.length > 0);
  return {
    type: 'rich_text_section',
    elements: elements.length > 0 ? elements : [{ type: 'text', text: ' ' }],
  };
}

/** The three characters that Slack asks to be escaped, everywhere in mrkdwn. */
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * mrkdwn has no escape for its other marks. So it only ever holds text in which nothing could mean anything: no mark, no
 * emoji name, no address, no channel. Everything else is shown as rich text. An underscore inside a word is no mark.
 */
const MARK =
  /[*~`>|@\\]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|#\p{L}|:[^\s:]+:|:\/\/|[\p{L}\p{N}-]\.\p{L}{2,}/u;

const letters = (span: Span | undefined): string => {
  if (span === undefined || span.kind === 'instant' || span.kind === 'person') return ' ';
  return span.text;
};

const styled = (span: Span | undefined): boolean =>
  span !== undefined && span.kind !== 'text' && span.kind !== 'instant' && span.kind !== 'person';

/** A mark inside a word or next to another mark would be shown instead of obeyed. */
const standsFree = (spans: readonly Span[], i: number): boolean =>
  !styled(spans[i]) ||
  (!styled(spans[i - 1]) &&
    !styled(spans[i + 1]) &&
    !/[\p{L}\p{N}]$/u.test(letters(spans[i - 1])) &&
    !/^[\p{L}\p{N}]/u.test(letters(spans[i + 1])));

/** mrkdwn of a line; null when it is empty, holds something that mrkdwn could obey, or could not be set as wanted. */
export function mrkdwn(say: CardWords, spans: readonly Span[]): string | null {
  const parts = spans.map((one) => mrkdwnSpan(say, one));
  if (parts.includes(null) || !spans.every((_, i) => standsFree(spans, i))) return null;
  // Marks may also arise where two spans meet, so the whole line is looked at as well.
  const line = parts.join('');
  return MARK.test(spans.map(letters).join('')) || line.trim() === '' ? null : line;
}

/** Text that Slack takes for nothing but text even where a reader of Block Kit parses too much. */
export const isPlain = (words: string): boolean =>
  words.trim() !== '' && !MARK.test(words) && !/[<&]/.test(words);

function mrkdwnSpan(say: CardWords, span: Span): string | null {
  if (span.kind === 'instant')
    return `<!date^${seconds(span.atMs)}^${dateFormat(say, span.form)}|${printInstant(say, span.atMs, span.form, 'UTC')}>`;
  if (span.kind === 'person' && span.slackUser !== null && USER.test(span.slackUser))
    return `<@${span.slackUser}>`;
  const words = span.kind === 'person' ? span.name : span.text;
  if (MARK.test(words)) return null;
  if (span.kind === 'text') return escape(words);
  // A mark next to a space is no mark.
  if (words.trim() !== words || words === '') return null;
  if (span.kind === 'struck') return `~${escape(words)}~`;
  if (span.kind === 'command') return `\`/countersign ${escape(words)}\``;
  if (span.kind === 'code' || span.kind === 'cite') return `\`${escape(words)}\``;
  return `*${escape(words)}*`;
}

export const escapeSlack = escape;
