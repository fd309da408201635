import { useEffect, useState } from 'react';
import type { CastId } from '../cast-types.ts';
import type { LiveChange, Snapshot } from '../wire.ts';

export interface Live {
  readonly snapshot: Snapshot | null;
  readonly connected: boolean;
}

const sameSlack = (a: { channel: string; ts: string }) => (b: { channel: string; ts: string }) =>
  a.channel === b.channel && a.ts === b.ts;

function replaced<T>(all: readonly T[], next: T, same: (other: T) => boolean): T[] {
  return all.some(same) ? all.map((one) => (same(one) ? next : one)) : [...all, next];
}

/** The snapshot after one change. */
export function applyChange(s: Snapshot, change: LiveChange): Snapshot {
  switch (change.kind) {
    case 'slack-message': {
      const messages = replaced(s.slack.messages, change.message, sameSlack(change.message));
      return { ...s, slack: { ...s.slack, messages } };
    }
    case 'slack-gone': {
      const messages = s.slack.messages.filter((m) => !sameSlack(change)(m));
      return { ...s, slack: { ...s.slack, messages } };
    }
    case 'slack-view': {
      const others = s.slack.views.filter((v) => v.id !== change.view.id);
      const at = s.slack.views.findIndex((v) => v.id === change.view.id);
      if (!change.view.open) return { ...s, slack: { ...s.slack, views: others } };
      const views = at < 0 ? [...others, change.view] : s.slack.views.with(at, change.view);
      return { ...s, slack: { ...s.slack, views } };
    }
    case 'teams-message': {
      const same = (m: { conversation: string; id: string }): boolean =>
        m.conversation === change.message.conversation && m.id === change.message.id;
      const messages = replaced(s.teams.messages, change.message, same);
      return { ...s, teams: { ...s.teams, messages } };
    }
    case 'ledger':
      return { ...s, ledger: change.lines };
  }
}

/** Both chats as this person sees them, kept up to date; the browser reconnects by itself. */
export function useLive(me: CastId): Live {
  const [live, setLive] = useState<Live>({ snapshot: null, connected: true });
  useEffect(() => {
    const source = new EventSource(`/control/live?as=${me}`);
    source.addEventListener('snapshot', (event: MessageEvent<string>) => {
      setLive({ snapshot: JSON.parse(event.data) as Snapshot, connected: true });
    });
    source.addEventListener('change', (event: MessageEvent<string>) => {
      const change = JSON.parse(event.data) as LiveChange;
      setLive((old) => (old.snapshot ? { ...old, snapshot: applyChange(old.snapshot, change) } : old));
    });
    source.addEventListener('error', () => setLive((old) => ({ ...old, connected: false })));
    return () => source.close();
  }, [me]);
  return live;
}
