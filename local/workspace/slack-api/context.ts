import type { SlackStore } from '../state/slack-types.ts';
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

/** Arguments of a call, JSON-parsed where they came as a JSON string in a form. */
export type Args = Readonly<Record<string, unknown>>;
export type Answer = { readonly ok: true; readonly [key: string]: unknown } | Refused;
export interface Refused {
  readonly ok: false;
  readonly error: string;
  readonly errors?: readonly string[];
  readonly response_metadata?: { readonly messages: readonly string[] };
}
export type Method = (args: Args, context: CallContext) => Promise<Answer>;

/** A refusal with Slack's code and, when there are some, the lines that say where. */
export const refuse = (error: string, errors: readonly string[] = []): Refused =>
  errors.length
    ? { ok: false, error, errors, response_metadata: { messages: errors.map((e) => `[ERROR] ${e}`) } }
    : { ok: false, error };

export const word = (args: Args, name: string): string | null => {
  const value = args[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
};

export const flag = (args: Args, name: string): boolean =>
  args[name] === true || args[name] === 'true' || args[name] === '1';

/** A count within bounds, the default when absent, null when it is no such number. */
export function count(args: Args, name: string, usual: number, max: number): number | null {
  const given = word(args, name);
  if (given === null) return usual;
  const value = Number(given);
  return Number.isInteger(value) && value >= 1 && value <= max ? value : null;
}
