import type { JsonObject } from '../../../core/canonical-json.ts';

/** Where people talk: a channel (`19:...@thread.tacv2`) or the bot's personal chat with one person (`a:...`). */
export interface TeamsConversation {
  readonly id: string;
  readonly kind: 'channel' | 'personal';
  readonly name: string;
  /** The person's Entra object id for a personal chat, null for a channel. */
  readonly person: string | null;
}

/** One message as the service keeps it. Teams ids are epoch milliseconds in decimal, unique within the service. */
export interface TeamsMessage {
  readonly conversation: string;
  readonly id: string;
  /** The message that began the thread (channels only); null for a message that begins one itself. */
  readonly thread: string | null;
  /** `28:<client id>` for the bot, `29:...` for a person. */
  readonly from: { readonly id: string; readonly name: string; readonly entraObject: string | null };
  readonly text: string;
  /** The Adaptive Card, whole, as the bot sent it; null for plain text. */
  readonly card: JsonObject | null;
  /** Plain words for notifications and screen readers, when the bot sent them. */
  readonly summary: string | null;
  readonly sentAtMs: number;
  readonly editedAtMs: number | null;
  readonly deleted: boolean;
}

/** What an edit may change. */
export type TeamsMessageContent = Pick<TeamsMessage, 'text' | 'card' | 'summary'>;

/**
 * Keeps the local Teams' conversations and messages. The workspace implements it over Postgres; tests in memory.
 * Every promise resolves after the write is durable. Errors mean that the store is away: the connector answers 503.
 */
export interface TeamsStore {
  /** Makes the conversation unless its id exists. */
  ensureConversation(conversation: TeamsConversation): Promise<void>;
  conversation(id: string): Promise<TeamsConversation | null>;
  conversations(): Promise<readonly TeamsConversation[]>;
  /** Refuses (false) an id that is taken; the caller picks the next one. */
  insertMessage(message: TeamsMessage): Promise<boolean>;
  message(conversation: string, id: string): Promise<TeamsMessage | null>;
  /** False when there is no such message or it was deleted. */
  editMessage(conversation: string, id: string, content: TeamsMessageContent, atMs: number): Promise<boolean>;
  /** False when there is no such message or it was deleted already. */
  deleteMessage(conversation: string, id: string, atMs: number): Promise<boolean>;
  /** Oldest first; deleted ones included, marked. */
  messages(conversation: string): Promise<readonly TeamsMessage[]>;
}
