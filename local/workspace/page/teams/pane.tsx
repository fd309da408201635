import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { TeamsMessage } from '../../teams-api/store.ts';
import { troubleOf, type ActAnswer, type TeamsDialog } from '../api.ts';
import { useDesk, type Draft } from '../desk.ts';
import { Composer } from '../parts/composer.tsx';
import { ChatIcon, TeamIcon } from '../parts/icons.tsx';
import { Rail } from '../parts/rail.tsx';
import { useEnd } from '../use-end.ts';
import { useUnread } from '../use-unread.ts';
import type { Pressed } from './card.tsx';
import { TeamsDialogView } from './dialog.tsx';
import { TeamsMessageView, type Note } from './message.tsx';

export type TeamsPlace = 'channel' | 'personal';

function inOrder(messages: readonly TeamsMessage[]): TeamsMessage[] {
  const begun = (m: TeamsMessage): number => Number(m.thread ?? m.id);
  return [...messages].sort((a, b) => begun(a) - begun(b) || Number(a.id) - Number(b.id));
}

interface Opened {
  readonly dialog: TeamsDialog;
  readonly on: { readonly conversation: string; readonly message: string };
}

/** Answers to this person's presses, kept beside the messages, and the dialog that one may have opened. */
function usePresses() {
  const { me, act } = useDesk();
  const [notes, setNotes] = useState<Readonly<Record<string, Note | undefined>>>({});
  const [opened, setOpened] = useState<Opened | null>(null);
  const take = useCallback(
    (on: { conversation: string; message: string }, answer: ActAnswer) => {
      const key = `${me.id} ${on.message}`;
      const trouble = troubleOf(answer);
      const note = trouble ? { text: trouble, card: null } : answer.said;
      setNotes((old) => ({ ...old, [key]: note ?? undefined }));
      setOpened(answer.dialog ? { dialog: answer.dialog, on } : null);
    },
    [me.id],
  );
  const press = useCallback(
    async (message: TeamsMessage, pressed: Pressed) => {
      const on = { conversation: message.conversation, message: message.id };
      take(on, await act({ act: 'teamsPress', ...on, ...pressed }));
    },
    [act, take],
  );
  return { notes, opened, take, press, close: () => setOpened(null) };
}

function Messages(props: {
  conversation: string;
  isChannel: boolean;
  notes: Readonly<Record<string, Note | undefined>>;
  press: (message: TeamsMessage, pressed: Pressed) => void;
}): ReactNode {
  const { snapshot, me } = useDesk();
  const { teams } = snapshot;
  const { conversation, isChannel, notes, press } = props;
  const here = useMemo(
    () => inOrder(teams.messages.filter((m) => m.conversation === conversation)),
    [teams.messages, conversation],
  );
  const ref = useEnd(`${me.id} ${conversation}`, here);
  return (
    <div
      className="messages"
      ref={ref}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Messages in Teams"
    >
      <div className="messages-in">
        {here.length ? null : <Empty isChannel={isChannel} />}
        {here.map((m) => (
          <TeamsMessageView key={m.id} of={m} note={notes[`${me.id} ${m.id}`]} onPress={press} />
        ))}
      </div>
    </div>
  );
}

/** The Teams-like client. */
export function TeamsPane(props: {
  place: TeamsPlace;
  onPlace: (place: TeamsPlace) => void;
  draft: Draft | null;
}): ReactNode {
  const { snapshot, act, me } = useDesk();
  const { teams } = snapshot;
  const isChannel = props.place === 'channel';
  const answers = teams.messages.filter((m) => m.conversation === teams.personal).length;
  const unread = useUnread(me.id, answers, !isChannel);
  const conversation = isChannel ? teams.channel.id : teams.personal;
  const { notes, opened, take, press, close } = usePresses();
  const send = async (text: string): Promise<void> => {
    await act({ act: 'teamsSend', text, conversation, thread: null });
  };
  return (
    <section className="pane teams" aria-label="Teams">
      <Rail
        label="Teams conversations"
        current={props.place}
        onPick={(id) => props.onPlace(id as TeamsPlace)}
        items={[
          { id: 'channel', label: 'Channel', name: teams.channel.name, icon: <TeamIcon /> },
          { id: 'personal', label: 'Chat', name: 'Chat', icon: <ChatIcon />, unread },
        ]}
      />
      <div className="client">
        <header className="client-top">
          <h2>{isChannel ? teams.channel.name : 'Countersign'}</h2>
          <span className="muted">Teams look-alike</span>
        </header>
        <Messages {...{ conversation, isChannel, notes, press }} />
        <Composer
          label="Message in Teams"
          placeholder="Type a message, or @Countersign help"
          draft={props.draft}
          onSend={send}
        />
      </div>
      {opened ? (
        <TeamsDialogView
          key={JSON.stringify(opened.dialog).length}
          dialog={opened.dialog}
          on={opened.on}
          onAnswer={(answer) => take(opened.on, answer)}
          onClose={close}
        />
      ) : null}
    </section>
  );
}

function Empty({ isChannel }: { isChannel: boolean }): ReactNode {
  return (
    <div className="empty">
      <p className="big">{isChannel ? 'The same card arrives here.' : 'You and Countersign.'}</p>
      <p>{isChannel ? 'Sign in one chat, and both change.' : 'Ask it anything, e.g. help or inbox.'}</p>
    </div>
  );
}
