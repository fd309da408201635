import { memo, useCallback, useState, type ReactNode } from 'react';
import type { SlackMessage } from '../../state/slack-types.ts';
import { troubleOf } from '../api.ts';
import { clock } from '../dates.ts';
import { useDesk } from '../desk.ts';
import { Avatar } from '../parts/avatar.tsx';
import { EyeIcon } from '../parts/icons.tsx';
import { useKeptFocus } from '../use-kept-focus.ts';
import { Blocks } from './blocks.tsx';
import { Mrkdwn } from './text.tsx';

const atMs = (ts: string): number => Number(ts) * 1000;

function Meta({ of, name, isApp }: { of: SlackMessage; name: string; isApp: boolean }): ReactNode {
  const { me } = useDesk();
  return (
    <p className="meta">
      <strong>{name}</strong>
      {isApp ? <span className="tag">APP</span> : null}
      <time dateTime={new Date(atMs(of.ts)).toISOString()}>{clock(atMs(of.ts), me.timeZone)}</time>
    </p>
  );
}

/** One message as Slack's client shows it. */
export const SlackMessageView = memo(function SlackMessageView({
  of,
  name,
}: {
  of: SlackMessage;
  name: string;
}) {
  const { act, snapshot } = useDesk();
  const [trouble, setTrouble] = useState<string | null>(null);
  const ref = useKeptFocus(of);
  const isApp = of.user === snapshot.slack.bot;
  const press = useCallback(
    async (action: string, option?: string) => {
      setTrouble(null);
      const answer = await act({ act: 'slackClick', ts: of.ts, action, ...(option ? { option } : {}) });
      setTrouble(troubleOf(answer));
    },
    [act, of.ts],
  );
  return (
    <article
      ref={ref}
      className={`message ${of.visibleTo ? 'private' : ''} ${of.threadTs ? 'reply' : ''}`}
      data-message={of.ts}
      tabIndex={-1}
      aria-label={`${name}: ${of.text || 'message'}`}
    >
      <Avatar user={of.user} isApp={isApp} name={name} />
      <div className="body">
        {of.visibleTo ? (
          <p className="only-you">
            <EyeIcon /> Only visible to you
          </p>
        ) : null}
        <Meta of={of} name={name} isApp={isApp} />
        <div className="blocks">
          {of.blocks.length ? (
            <Blocks of={of.blocks} press={press} />
          ) : (
            <p>
              <Mrkdwn text={of.text} />
            </p>
          )}
          {of.edited ? <span className="edited">(edited)</span> : null}
        </div>
        {trouble ? (
          <p className="trouble" role="alert">
            ⚠ {trouble}
          </p>
        ) : null}
      </div>
    </article>
  );
});
