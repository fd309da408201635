import type { ReactNode } from 'react';
import { PERSON_IDS, type CastId, type CastMember } from '../../cast-types.ts';
import { Initial } from './avatar.tsx';
import { Logo } from './icons.tsx';

const first = (name: string): string => name.split(' ')[0] ?? name;

/** Who the visitor is: one of the example people, or the stranger. */
function WhoYouAre(props: {
  cast: readonly CastMember[];
  me: CastId;
  onPick: (id: CastId) => void;
}): ReactNode {
  const people = PERSON_IDS.flatMap((id) => props.cast.filter((c) => c.id === id));
  const now = people.find((c) => c.id === props.me);
  return (
    <>
      <fieldset className="people">
        <legend>You are</legend>
        {people.map((c) => (
          <label key={c.id} className={c.id === props.me ? 'chosen' : ''}>
            <input
              type="radio"
              name="me"
              value={c.id}
              checked={c.id === props.me}
              onChange={() => props.onPick(c.id)}
            />
            <Initial id={c.id} name={c.name} small />
            <span className="who">
              <b>{first(c.name)}</b>
              <small>{c.part}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <label className="people-narrow">
        <span>You are</span>
        {now ? <Initial id={now.id} name={now.name} small /> : null}
        <select value={props.me} onChange={(event) => props.onPick(event.target.value as CastId)}>
          {people.map((c) => (
            <option key={c.id} value={c.id}>
              {first(c.name)} · {c.part}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

export function TopBar(props: {
  cast: readonly CastMember[];
  me: CastId;
  rehearsal: boolean;
  connected: boolean;
  onPick: (id: CastId) => void;
}): ReactNode {
  const where = props.rehearsal ? 'Rehearsal model, all on this machine' : 'Chats on this machine';
  return (
    <header className="top">
      <h1>
        <Logo size={30} /> Countersign
      </h1>
      <span className={`chip ${props.connected ? '' : 'lost'}`} role="status">
        {props.connected ? where : 'Connection lost, trying again…'}
      </span>
      <WhoYouAre cast={props.cast} me={props.me} onPick={props.onPick} />
    </header>
  );
}
