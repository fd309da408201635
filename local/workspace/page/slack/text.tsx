import { createContext, Fragment, useContext, useMemo, type ReactNode } from 'react';
import type { JsonObject } from '../../../../core/canonical-json.ts';
import { slackDate } from '../dates.ts';
import { readMrkdwn, unescape, type Mark } from './mrkdwn.ts';

export interface SlackReader {
  readonly timeZone: string;
  /** Name of a user id. */
  nameOf(id: string): string;
}

export const Reader = createContext<SlackReader>({ timeZone: 'UTC', nameOf: (id) => id });

export function UserMention({ id, label }: { id: string; label?: string | null }): ReactNode {
  const { nameOf } = useContext(Reader);
  return <span className="mention">@{label ?? nameOf(id)}</span>;
}

export function SlackDate(props: { seconds: number; format: string }): ReactNode {
  const { timeZone } = useContext(Reader);
  return (
    <time dateTime={new Date(props.seconds * 1000).toISOString()}>
      {slackDate(props.seconds, props.format, timeZone)}
    </time>
  );
}

function MarkNode({ mark }: { mark: Mark }): ReactNode {
  switch (mark.kind) {
    case 'text':
      return mark.text;
    case 'bold':
      return <strong>{marks(mark.inside)}</strong>;
    case 'italic':
      return <em>{marks(mark.inside)}</em>;
    case 'strike':
      return <s>{marks(mark.inside)}</s>;
    case 'code':
      return <code>{mark.text}</code>;
    case 'pre':
      return <pre>{mark.text.replace(/^\n/, '')}</pre>;
    case 'quote':
      return <blockquote>{marks(mark.inside)}</blockquote>;
    case 'break':
      return <br />;
    case 'user':
      return <UserMention id={mark.id} label={mark.label} />;
    case 'channel':
      return <span className="mention">#{mark.label ?? mark.id}</span>;
    case 'broadcast':
      return <span className="mention loud">@{mark.label ?? mark.id}</span>;
    case 'date':
      return Number.isFinite(mark.seconds) ? (
        <SlackDate seconds={mark.seconds} format={mark.format} />
      ) : (
        mark.fallback
      );
    case 'link':
      return (
        <a href={mark.url} target="_blank" rel="noreferrer noopener">
          {mark.label}
        </a>
      );
  }
}

const marks = (all: readonly Mark[]): ReactNode =>
  all.map((mark, i) => (
    <Fragment key={i}>
      <MarkNode mark={mark} />
    </Fragment>
  ));

export function Mrkdwn({ text }: { text: string }): ReactNode {
  return useMemo(() => marks(readMrkdwn(text)), [text]);
}

/** A text object: mrkdwn or plain_text. */
export function TextObject({ of }: { of: JsonObject }): ReactNode {
  const words = String(of['text'] ?? '');
  return of['type'] === 'mrkdwn' ? <Mrkdwn text={words} /> : unescape(words);
}

export const wordsOf = (of: unknown): string =>
  unescape(String((of as JsonObject | undefined)?.['text'] ?? ''));
