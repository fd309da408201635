import { EventEmitter } from 'node:events';
import type { SlackMessage, SlackView } from './state/slack-types.ts';
import type { TeamsMessage } from './teams-api/store.ts';

/** What changed, for the page's live updates and for whoever waits in a test. */
export type Change =
  | { readonly kind: 'slack-message'; readonly message: SlackMessage }
  | { readonly kind: 'slack-gone'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'slack-view'; readonly view: SlackView }
  | { readonly kind: 'teams-message'; readonly message: TeamsMessage };

export interface Bus {
  tell(change: Change): void;
  /** Returns how to stop listening. */
  listen(to: (change: Change) => void): () => void;
}

export function createBus(): Bus {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    tell: (change) => void emitter.emit('change', change),
    listen(to) {
      emitter.on('change', to);
      return () => void emitter.off('change', to);
    },
  };
}
