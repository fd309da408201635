import { memo, type ReactNode } from 'react';
import type { TeamsMessage } from '../../teams-api/store.ts';
import { clock } from '../dates.ts';
import { useDesk } from '../desk.ts';
import { Avatar } from '../parts/avatar.tsx';
import { EyeIcon } from '../parts/icons.tsx';
import { TeamsCard, type Find, type Pressed } from './card.tsx';

/** What the bot answered to this person's click, beside the message. */
export interface Note {
  readonly text: string;
  readonly card: object | null;
}

function NoteView({ note, timeZone }: { note: Note; timeZone: string }): ReactNode {
  return (
    <div className="note" role="status">
      <p className="only-you">
        <EyeIcon /> Only you see this
      </p>
      {note.text ? <p>{note.text}</p> : null}
      {note.card ? <TeamsCard card={note.card} timeZone={timeZone} onPress={() => {}} /> : null}
    </div>
  );
}

/** One message as the Teams client shows it. */
export const TeamsMessageView = memo(function TeamsMessageView(props: {
  of: TeamsMessage;
  note: Note | undefined;
  onPress: (message: TeamsMessage, pressed: Pressed) => void;
}) {
  const { me, act } = useDesk();
  const { of, note, onPress } = props;
  const find: Find = async (dataset, typed) =>
    (await act({ act: 'teamsSuggest', ...{ conversation: of.conversation, message: of.id }, dataset, typed }))
      .choices ?? [];
  const isApp = of.from.entraObject === null;
  const isMine = of.from.entraObject === me.entraObject;
  return (
    <article
      className={`message ${of.thread ? 'reply' : ''} ${isMine ? 'mine' : ''}`}
      data-message={of.id}
      tabIndex={-1}
      aria-label={`${of.from.name}: ${of.summary ?? of.text}`}
    >
      {isMine ? null : <Avatar user={of.from.entraObject ?? ''} isApp={isApp} name={of.from.name} />}
      <div className="body">
        <p className="meta">
          <strong>{isMine ? 'You' : of.from.name}</strong>
          <time dateTime={new Date(of.sentAtMs).toISOString()}>{clock(of.sentAtMs, me.timeZone)}</time>
          {of.editedAtMs && !of.deleted ? <span>Edited</span> : null}
        </p>
        <div className="bubble">
          {of.deleted ? <p className="muted">This message was deleted.</p> : null}
          {of.text ? <p className="pre-wrap">{of.text.replace(/<\/?at>/g, '')}</p> : null}
          {of.card ? (
            <TeamsCard
              card={of.card}
              timeZone={me.timeZone}
              onPress={(pressed) => onPress(of, pressed)}
              find={find}
            />
          ) : null}
        </div>
        {note ? <NoteView note={note} timeZone={me.timeZone} /> : null}
      </div>
    </article>
  );
});
