import type { JsonObject } from '../../../core/canonical-json.ts';

export interface SlackUser {
  readonly id: string;
  /** Handle, e.g. `ada.okafor`. */
  readonly name: string;
  readonly realName: string;
  readonly email: string | null;
  readonly timeZone: string;
  readonly isBot: boolean;
  readonly isRestricted: boolean;
  readonly deleted: boolean;
}

export interface SlackChannel {
  readonly id: string;
  readonly kind: 'channel' | 'im';
  readonly name: string;
  /** The person on the other side of a direct message with the bot. */
  readonly imUser: string | null;
  readonly createdAtMs: number;
}

export interface SlackMessage {
  readonly channel: string;
  /** Seconds and six digits, unique within the workspace: Slack's id of a message. */
  readonly ts: string;
  readonly threadTs: string | null;
  readonly user: string;
  readonly botId: string | null;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly attachments: readonly JsonObject[];
  readonly metadata: JsonObject | null;
  /** An ephemeral message: this person alone sees it, and no method reads it back. */
  readonly visibleTo: string | null;
  readonly edited: { readonly user: string; readonly ts: string } | null;
}

export interface SlackView {
  readonly id: string;
  readonly user: string;
  readonly kind: 'modal' | 'home';
  /** Changes with every update, against lost updates (`hash_conflict`). */
  readonly hash: string;
  readonly root: string;
  readonly previous: string | null;
  /** What the app sent: type, title, blocks, submit, close, private_metadata ... */
  readonly content: JsonObject;
  readonly open: boolean;
}

/** A response_url: five uses within thirty minutes (https://docs.slack.dev/interactivity/handling-user-interaction). */
export interface SlackHook {
  readonly id: string;
  readonly channel: string;
  readonly user: string;
  /** The message that was clicked, null after a slash command. */
  readonly messageTs: string | null;
  readonly messagePrivate: boolean;
  readonly uses: number;
  readonly expiresAtMs: number;
}

/** A file that an app puts into the workspace: first a ticket, then its bytes, then it is complete. */
export interface SlackFile {
  readonly id: string;
  /** The unguessable end of its upload address. */
  readonly ticket: string;
  readonly owner: string;
  readonly name: string;
  readonly size: number;
  readonly alt: string | null;
  readonly bytes: Uint8Array | null;
  /** Null until `files.completeUploadExternal`. */
  readonly completedAtMs: number | null;
}

/** Keeps the local Slack. Every promise resolves after the write is durable. */
export interface SlackStore {
  putUser(user: SlackUser): Promise<void>;
  user(id: string): Promise<SlackUser | null>;
  users(): Promise<SlackUser[]>;
  putChannel(channel: Omit<SlackChannel, 'createdAtMs'>, members: readonly string[]): Promise<void>;
  channel(id: string): Promise<SlackChannel | null>;
  channels(): Promise<SlackChannel[]>;
  /** The direct message of one person with the bot, made when it is not there yet. */
  openIm(user: string, bot: string): Promise<{ channel: SlackChannel; isNew: boolean }>;
  isMember(channel: string, user: string): Promise<boolean>;
  members(channel: string): Promise<string[]>;
  /** Gives the message its `ts`. */
  post(message: Omit<SlackMessage, 'ts' | 'edited'>): Promise<SlackMessage>;
  message(channel: string, ts: string): Promise<SlackMessage | null>;
  /** A `ts` is unique in the workspace, so that a person may name a message by it alone. */
  findMessage(ts: string): Promise<SlackMessage | null>;
  /** The newest messages of a channel, replies and this reader's ephemerals included, oldest first. */
  latest(channel: string, reader: string, limit: number): Promise<SlackMessage[]>;
  /** What this person alone was shown, oldest first. */
  ephemerals(user: string): Promise<SlackMessage[]>;
  edit(
    message: SlackMessage,
    change: Partial<Pick<SlackMessage, 'text' | 'blocks' | 'attachments' | 'metadata'>>,
    by: string,
  ): Promise<SlackMessage | null>;
  remove(channel: string, ts: string): Promise<boolean>;
  /** Newest first; `thread` null means the channel itself without replies. Ephemerals only when `seenBy` names a reader. */
  history(query: {
    channel: string;
    thread: string | null;
    oldest: string;
    latest: string;
    inclusive: boolean;
    limit: number;
    seenBy: string | null;
  }): Promise<SlackMessage[]>;
  putView(view: SlackView): Promise<SlackView>;
  view(id: string): Promise<SlackView | null>;
  viewByExternalId(externalId: string): Promise<SlackView | null>;
  openViews(user: string): Promise<SlackView[]>;
  /** Closes these and returns them. */
  closeViews(ids: readonly string[]): Promise<SlackView[]>;
  removeFile(id: string): Promise<void>;
  putFile(file: SlackFile): Promise<void>;
  file(id: string): Promise<SlackFile | null>;
  fileOfTicket(ticket: string): Promise<SlackFile | null>;
  putHook(hook: Omit<SlackHook, 'uses'>): Promise<void>;
  /** Counts one use; null for an unknown id. */
  useHook(id: string): Promise<SlackHook | null>;
}
