/**
 * Slack's mrkdwn, read as Slack reads it (https://docs.slack.dev/messaging/formatting-message-text): control sequences
 * stand between `<` and `>`, and `&lt;` `&gt;` `&amp;` are only ever letters. Escaped text is never obeyed.
 */
export type Mark =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly inside: readonly Mark[] }
  | { readonly kind: 'code' | 'pre'; readonly text: string }
  | { readonly kind: 'quote'; readonly inside: readonly Mark[] }
  | { readonly kind: 'break' }
  | { readonly kind: 'user' | 'channel' | 'broadcast'; readonly id: string; readonly label: string | null }
  | { readonly kind: 'date'; readonly seconds: number; readonly format: string; readonly fallback: string }
  | { readonly kind: 'link'; readonly url: string; readonly label: string };

export const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' } as const;

function control(body: string): Mark {
  const [target = '', label] = body.split(/\|(.*)/s);
  const words = label === undefined ? null : unescape(label);
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), label: words };
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), label: words };
  if (target.startsWith('!date^')) {
    const [, seconds = '', format = ''] = target.split('^');
    return { kind: 'date', seconds: Number(seconds), format: unescape(format), fallback: words ?? '' };
  }
  if (target.startsWith('!')) return { kind: 'broadcast', id: target.slice(1), label: words };
  if (/^(https?:|mailto:)/.test(target)) {
    const url = unescape(target);
    return { kind: 'link', url, label: words ?? url };
  }
  return { kind: 'text', text: `<${unescape(body)}>` };
}

/** Where a style that opens at `from` closes again: after a letter, before a non-letter, on the same line. */
function closing(text: string, from: number, mark: string): number {
  for (let i = from + 2; i < text.length; i += 1) {
    if (text[i] === '\n') return -1;
    if (text[i] === mark && /\S/.test(text[i - 1] ?? '') && !/[\p{L}\p{N}]/u.test(text[i + 1] ?? ' '))
      return i;
  }
  return -1;
}

const opens = (text: string, i: number): boolean =>
  !/[\p{L}\p{N}]/u.test(text[i - 1] ?? ' ') && /\S/.test(text[i + 1] ?? ' ');

function special(text: string, i: number): { mark: Mark; next: number } | null {
  const char = text[i] ?? '';
  if (text.startsWith('```', i)) {
    const end = text.indexOf('```', i + 3);
    if (end > 0) return { mark: { kind: 'pre', text: unescape(text.slice(i + 3, end)) }, next: end + 3 };
  }
  if (char === '`') {
    const end = text.indexOf('`', i + 1);
    const inside = text.slice(i + 1, end);
    if (end > i + 1 && !inside.includes('\n'))
      return { mark: { kind: 'code', text: unescape(inside) }, next: end + 1 };
  }
  if (char === '<') {
    const end = text.indexOf('>', i);
    if (end > 0) return { mark: control(text.slice(i + 1, end)), next: end + 1 };
  }
  if (char in STYLES && opens(text, i)) {
    const end = closing(text, i, char);
    const kind = STYLES[char as keyof typeof STYLES];
    if (end > 0) return { mark: { kind, inside: inline(text.slice(i + 1, end)) }, next: end + 1 };
  }
  return char === '\n' ? { mark: { kind: 'break' }, next: i + 1 } : null;
}

function inline(text: string): Mark[] {
  const marks: Mark[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain) marks.push({ kind: 'text', text: unescape(plain) });
    plain = '';
  };
  for (let i = 0; i < text.length;) {
    const found = special(text, i);
    if (!found) {
      plain += text[i];
      i += 1;
      continue;
    }
    flush();
    marks.push(found.mark);
    i = found.next;
  }
  flush();
  return marks;
}

/** A mrkdwn text as marks; lines that begin with `>` (or `&gt;`, as Slack takes both) are quotes. */
export function readMrkdwn(text: string): Mark[] {
  if (!/^(>|&gt;)/m.test(text)) return inline(text);
  return text.split('\n').flatMap((line, i): Mark[] => {
    const quoted = /^(?:>|&gt;)\s?(.*)$/.exec(line);
    if (quoted) return [{ kind: 'quote', inside: inline(quoted[1] ?? '') }];
    return i === 0 ? inline(line) : [{ kind: 'break' }, ...inline(line)];
  });
}
