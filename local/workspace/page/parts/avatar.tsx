import type { ReactNode } from 'react';
import type { CastId } from '../../cast-types.ts';
import { useDesk } from '../desk.ts';
import { Logo } from './icons.tsx';

/** Initial and colour of a person; the name always stands beside it. */
export function Initial({ id, name, small }: { id: CastId; name: string; small?: boolean }): ReactNode {
  return (
    <span className={`initial who-${id} ${small ? 'small' : ''}`} aria-hidden="true">
      {id === 'sam' ? '?' : name.charAt(0)}
    </span>
  );
}

/** The picture beside a message, by Slack user or Entra object. */
export function Avatar({ user, isApp, name }: { user: string; isApp: boolean; name: string }): ReactNode {
  const { snapshot } = useDesk();
  const who = snapshot.cast.find((c) => c.slackUser === user || c.entraObject === user);
  return (
    <span className="avatar" aria-hidden="true">
      {who ? (
        <Initial id={who.id} name={name} />
      ) : isApp ? (
        <Logo size={34} />
      ) : (
        <span className="initial">S</span>
      )}
    </span>
  );
}
