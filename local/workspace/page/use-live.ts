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
      if (change.view.kind === 'home') return { ...s, slack: { ...s.slack, home: change.view } };
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

/** A form belongs to the client that saw it open: a reload forgets it, as in Slack, and a reconnect keeps it. */
export function withOwnForms(fresh: Snapshot, old: Snapshot | null): Snapshot {
  const mine = old?.me === fresh.me ? old.slack.views.map((v) => v.id) : [];
  const views = fresh.slack.views.filter((v) => mine.includes(v.id));
  return { ...fresh, slack: { ...fresh.slack, views } };
}

/** Both chats as this person sees them, kept up to date; the browser reconnects by itself. */
export function useLive(me: CastId): Live {
  const [live, setLive] = useState<Live>({ snapshot: null, connected: true });
  useEffect(() => {
    const source = new EventSource(`/control/live?as=${me}`);
    source.addEventListener('snapshot', (event: MessageEvent<string>) => {
      const fresh = JSON.parse(event.data) as Snapshot;
      setLive((old) => ({ snapshot: withOwnForms(fresh, old.snapshot), connected: true }));
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
