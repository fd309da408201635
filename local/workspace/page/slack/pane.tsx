import { Fragment, useEffect, useMemo, type ReactNode } from 'react';
import type { JsonObject } from '../../../../core/canonical-json.ts';
import type { SlackMessage } from '../../state/slack-types.ts';
import { troubleOf } from '../api.ts';
import { dayName } from '../dates.ts';
import { useDesk, type Draft } from '../desk.ts';
import { Composer } from '../parts/composer.tsx';
import { ChatIcon, HashIcon, HomeIcon } from '../parts/icons.tsx';
import { Rail } from '../parts/rail.tsx';
import { useEnd } from '../use-end.ts';
import { Blocks } from './blocks.tsx';
import { SlackMessageView } from './message.tsx';
import { SlackModal } from './modal.tsx';
import { Reader } from './text.tsx';

export type SlackPlace = 'channel' | 'direct' | 'home';

/** Replies stand under the message that began the thread. */
function inOrder(messages: readonly SlackMessage[]): SlackMessage[] {
  const begun = (m: SlackMessage): number => Number(m.threadTs ?? m.ts);
  return [...messages].sort((a, b) => begun(a) - begun(b) || Number(a.ts) - Number(b.ts));
}

function Messages({ channel, empty }: { channel: string; empty: ReactNode }): ReactNode {
  const { snapshot, me } = useDesk();
  const { messages } = snapshot.slack;
  const here = useMemo(() => inOrder(messages.filter((m) => m.channel === channel)), [messages, channel]);
  const ref = useEnd(`${me.id} ${channel}`, here);
  const nameOf = (user: string): string =>
    snapshot.cast.find((c) => c.slackUser === user)?.name ??
    (user === 'USLACKBOT' ? 'Slackbot' : 'Countersign');
  return (
    <div
      className="messages"
      ref={ref}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Messages in Slack"
    >
      <div className="messages-in">
        {here.length ? null : empty}
        {here.map((m, i) => {
          const day = dayName(Number(m.ts) * 1000, me.timeZone);
          const before = here[i - 1];
          const isNew = !before || dayName(Number(before.ts) * 1000, me.timeZone) !== day;
          return (
            <Fragment key={m.ts}>
              {isNew && !m.threadTs ? (
                <div className="day">
                  <span>{day}</span>
                </div>
              ) : null}
              <SlackMessageView of={m} name={nameOf(m.user)} />
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}

const channelEmpty = (
  <div className="empty">
    <p className="big">Nothing here yet.</p>
    <p>
      Type <code>/countersign run fraud-review CLM-0847</code> below, or press “Show me” in step 1.
    </p>
  </div>
);
const directEmpty = (
  <div className="empty">
    <p className="big">You and Countersign.</p>
    <p>What it has to say to you alone arrives here.</p>
  </div>
);

/** The app's own tab: Slack tells the app when somebody opens it, and shows what was published. */
function Home(): ReactNode {
  const { snapshot, me, act } = useDesk();
  const { home } = snapshot.slack;
  useEffect(() => void act({ act: 'slackHome' }), [me.id]);
  if (home === null) return <div className="messages">{homeEmpty}</div>;
  const press = async (action: string, option?: string): Promise<void> => {
    troubleOf(await act({ act: 'slackClickInView', view: home.id, action, ...(option ? { option } : {}) }));
  };
  return (
    <div className="messages" tabIndex={0} role="region" aria-label="Home tab in Slack">
      <div className="messages-in blocks home">
        <Blocks of={(home.content['blocks'] ?? []) as JsonObject[]} press={press} />
      </div>
    </div>
  );
}

const homeEmpty = (
  <div className="empty">
    <p className="big">Your inbox.</p>
    <p>It is on its way.</p>
  </div>
);

/** A conversation, and where one writes into it. */
function Talk(props: {
  channel: string;
  isChannel: boolean;
  draft: Draft | null;
  send: (text: string) => Promise<void>;
}): ReactNode {
  const { channel: known } = useDesk().snapshot.slack;
  const { channel, isChannel, draft, send } = props;
  return (
    <>
      <Messages channel={channel} empty={isChannel ? channelEmpty : directEmpty} />
      <Composer
        label="Message in Slack"
        placeholder={`Message ${isChannel ? `#${known.name}` : 'Countersign'}, or /countersign help`}
        draft={draft}
        onSend={send}
      />
    </>
  );
}

/** The Slack-like client. */
export function SlackPane(props: {
  place: SlackPlace;
  onPlace: (place: SlackPlace) => void;
  draft: Draft | null;
}): ReactNode {
  const { snapshot, me, act } = useDesk();
  const { slack, cast } = snapshot;
  const isChannel = props.place === 'channel';
  const channel = isChannel ? slack.channel.id : slack.direct;
  const reader = useMemo(
    () => ({
      timeZone: me.timeZone,
      nameOf: (id: string) =>
        cast.find((c) => c.slackUser === id)?.name ?? (id === slack.bot ? 'Countersign' : id),
    }),
    [me.timeZone, cast, slack.bot],
  );
  const send = async (text: string): Promise<void> => {
    const answer = await act({ act: 'slackSend', text, channel });
    // A failed command is told by Slackbot in the channel; a failed message has no such voice.
    if (!text.startsWith('/')) troubleOf(answer);
  };
  const view = slack.views.at(-1);
  return (
    <Reader.Provider value={reader}>
      <section className="pane slack" aria-label="Slack">
        <Rail
          label="Slack conversations"
          current={props.place}
          onPick={(id) => props.onPlace(id as SlackPlace)}
          items={[
            { id: 'channel', label: 'Channel', name: slack.channel.name, icon: <HashIcon /> },
            { id: 'direct', label: 'DM', name: 'Direct', icon: <ChatIcon /> },
            { id: 'home', label: 'Home', name: 'App Home', icon: <HomeIcon /> },
          ]}
        />
        <div className="client">
          <header className="client-top">
            <h2>
              {isChannel ? <span className="hash">#</span> : null}
              {isChannel ? slack.channel.name : 'Countersign'}
            </h2>
            <span className="muted">Slack look-alike</span>
          </header>
          {props.place === 'home' ? <Home /> : <Talk {...{ channel, isChannel, send }} draft={props.draft} />}
        </div>
        {view ? <SlackModal key={`${view.id} ${view.hash}`} view={view} /> : null}
      </section>
    </Reader.Provider>
  );
}
