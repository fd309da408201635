import { dateFormat } from '../../core/formats.ts';
import { wordsIn } from '../languages.ts';
import type { Block, Card, Span } from '../model.ts';
import { shown } from '../text.ts';
import type { CardWords } from '../words.ts';

export const DOCUMENT_FORMATS = ['text', 'markdown', 'html'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

/** How one format writes what a card consists of. Every text comes through `plain`, which takes away what it could mean there. */
interface Writer {
  readonly plain: (words: string) => string;
  readonly strong: (escaped: string) => string;
  readonly title: (line: string) => string;
  readonly heading: (line: string) => string;
  readonly paragraph: (line: string) => string;
  readonly list: (lines: readonly string[]) => string;
  readonly small: (line: string) => string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text as HTML shows it, in an element and in a quoted attribute alike. */
export const htmlText = (text: string): string => text.replace(/[&<>"']/gu, (sign) => ENTITIES[sign] ?? '');

const WRITERS: Readonly<Record<DocumentFormat, Writer>> = {
  text: {
    ...{
      plain: (words) => words,
      strong: (words) => words,
      paragraph: (line) => line,
      small: (line) => line,
    },
    title: (line) => `${line}\n${'='.repeat(Math.min(line.length, 72))}`,
    heading: (line) => `${line}\n${'-'.repeat(Math.min(line.length, 72))}`,
    list: (lines) => lines.map((line) => `- ${line}`).join('\n'),
  },
  markdown: {
    plain: (words) =>
      words.replace(/[\\`*_{}[\]()<>#+\-!|~&]/gu, (sign) => `\\${sign}`).replace(/^(\d+)\./u, '$1\\.'),
    ...{ strong: (words) => `**${words}**`, paragraph: (line) => line, small: (line) => `*${line}*` },
    ...{ title: (line) => `# ${line}`, heading: (line) => `## ${line}` },
    list: (lines) => lines.map((line) => `- ${line}`).join('\n'),
  },
  html: {
    ...{ plain: htmlText, strong: (words) => `<strong>${words}</strong>` },
    ...{ title: (line) => `<h1>${line}</h1>`, heading: (line) => `<h2>${line}</h2>` },
    ...{ paragraph: (line) => `<p>${line}</p>`, small: (line) => `<p><small>${line}</small></p>` },
    list: (lines) => `<ul>${lines.map((line) => `<li>${line}</li>`).join('')}</ul>`,
  },
};

/** Documents are kept: the year is said. */
const WHEN: Intl.DateTimeFormatOptions = {
  ...{ day: 'numeric', month: 'long', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
};

interface Say {
  readonly words: CardWords;
  readonly write: Writer;
  readonly timeZone: string;
}

function spanOf({ words, write, timeZone }: Say, span: Span): string {
  if (span.kind === 'instant')
    return write.plain(dateFormat(words.locale, { ...WHEN, timeZone }).format(new Date(span.atMs)));
  if (span.kind === 'person') return write.plain(shown(span.name));
  const plain = write.plain(shown(span.text));
  return span.kind === 'strong' ? write.strong(plain) : plain;
}

const line = (say: Say, spans: readonly Span[]): string => spans.map((span) => spanOf(say, span)).join('');

/** What is pressed, drawn or laid out for a chat has no place in a document. */
function blockOf(say: Say, block: Block): string[] {
  const { write } = say;
  switch (block.kind) {
    case 'paragraph': {
      const [only, ...more] = block.spans;
      return more.length === 0 && only?.kind === 'strong'
        ? [write.heading(write.plain(shown(only.text)))]
        : [write.paragraph(line(say, block.spans))];
    }
    case 'facts':
      return [
        write.list(
          block.facts.map(
            ({ label, lead, spans }) =>
              `${write.strong(write.plain(`${shown(label)}:`))} ${line(say, [...lead, ...spans])}`,
          ),
        ),
      ];
    case 'list':
      return [write.list(block.items.map((item) => line(say, item)))];
    case 'context':
      return [write.small(line(say, block.spans))];
    default:
      return [];
  }
}

/** A card as a document that can be given to somebody: nothing is cut, and no text of it means anything but itself. */
export function renderDocument(card: Card, format: DocumentFormat, timeZone: string): string {
  const say: Say = { words: wordsIn(card.language), write: WRITERS[format], timeZone };
  const { title, state, blocks } = card;
  const parts = [
    say.write.title(say.write.plain(shown(title))),
    ...(state === null
      ? []
      : [
          say.write.paragraph(
            `${say.write.strong(say.write.plain(state.words))}${state.aside.length === 0 ? '' : `, ${line(say, state.aside)}`}`,
          ),
        ]),
    ...blocks.flatMap((block) => blockOf(say, block)),
  ];
  return `${parts.join(format === 'html' ? '\n' : '\n\n')}\n`;
}
