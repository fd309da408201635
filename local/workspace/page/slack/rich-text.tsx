import { Fragment, type ReactNode } from 'react';
import type { JsonObject } from '../../../../core/canonical-json.ts';
import { SlackDate, UserMention } from './text.tsx';

/** Short codes are kept in one piece; a long one may break anywhere. */
const SHORT = 24;

const parts = (of: JsonObject): JsonObject[] => (of['elements'] ?? []) as JsonObject[];

function styled(style: JsonObject | undefined, inside: ReactNode): ReactNode {
  if (!style) return inside;
  let node = inside;
  if (style['code'])
    node = <code className={typeof inside === 'string' && inside.length < SHORT ? 'short' : ''}>{node}</code>;
  if (style['bold']) node = <strong>{node}</strong>;
  if (style['italic']) node = <em>{node}</em>;
  if (style['underline']) node = <u>{node}</u>;
  if (style['strike']) node = <s>{node}</s>;
  return node;
}

function bare(element: JsonObject): ReactNode {
  switch (element['type']) {
    case 'text':
      return String(element['text']);
    case 'user':
      return <UserMention id={String(element['user_id'])} />;
    case 'date':
      return <SlackDate seconds={Number(element['timestamp'])} format={String(element['format'])} />;
    case 'link':
      return (
        <a href={String(element['url'])} target="_blank" rel="noreferrer noopener">
          {String(element['text'] ?? element['url'])}
        </a>
      );
    case 'broadcast':
      return <span className="mention loud">@{String(element['range'])}</span>;
    case 'channel':
      return <span className="mention">#{String(element['channel_id'])}</span>;
    case 'emoji':
      return `:${String(element['name'])}:`;
    default:
      return null;
  }
}

const inline = (of: JsonObject): ReactNode =>
  parts(of).map((e, i) => (
    <Fragment key={i}>{styled(e['style'] as JsonObject | undefined, bare(e))}</Fragment>
  ));

function Part({ of }: { of: JsonObject }): ReactNode {
  switch (of['type']) {
    case 'rich_text_list': {
      const List = of['style'] === 'ordered' ? 'ol' : 'ul';
      return (
        <List style={{ marginInlineStart: `${Number(of['indent'] ?? 0) * 20}px` }}>
          {parts(of).map((item, i) => (
            <li key={i}>{inline(item)}</li>
          ))}
        </List>
      );
    }
    case 'rich_text_preformatted':
      // Wide tables scroll on their own, so the keyboard must reach them.
      return (
        <pre tabIndex={0} role="region" aria-label="Table">
          {inline(of)}
        </pre>
      );
    case 'rich_text_quote':
      return <blockquote>{inline(of)}</blockquote>;
    default:
      return <p>{inline(of)}</p>;
  }
}

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block: parses nothing, shows letter by letter. */
export function RichText({ of }: { of: JsonObject }): ReactNode {
  return (
    <div className="rich">
      {parts(of).map((part, i) => (
        <Part key={i} of={part} />
      ))}
    </div>
  );
}
