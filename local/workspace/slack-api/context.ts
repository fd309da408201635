import type { SlackStore } from '../state/slack-types.ts';
import type { Answer, Args } from './answer.ts';
import type { SlackOauth } from './oauth.ts';
import type { Sockets } from './sockets.ts';
import type { Triggers } from './triggers.ts';

/** The one app that is installed in the local workspace. */
export interface SlackApp {
  readonly team: string;
  readonly teamName: string;
  readonly appId: string;
  readonly botId: string;
  readonly botUser: string;
  readonly botToken: string;
  /** For `apps.connections.open` alone; absent where Socket Mode is off. */
  readonly appToken?: string;
  /** What the workspace granted; what our manifest asks for, when absent. */
  readonly scopes?: readonly string[];
}

export interface ApiContext {
  readonly app: SlackApp;
  readonly store: SlackStore;
  readonly triggers: Triggers;
  readonly url: () => string;
  readonly sockets: Sockets;
  /** Whether the workspace still has the app: without it, the bot's token opens nothing. */
  readonly installation: { installed: boolean };
  /** User groups by id, with who is in them; kept in memory. */
  readonly userGroups: Map<string, readonly string[]>;
  /** Null where the app is distributed to nobody: one workspace, one token. */
  readonly oauth: SlackOauth | null;
}

/** What one call is answered from. */
export interface CallContext extends ApiContext {
  readonly token: string;
}

export type Method = (args: Args, context: CallContext) => Promise<Answer>;
