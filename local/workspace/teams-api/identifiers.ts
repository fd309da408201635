import { createHash } from 'node:crypto';

/** Teams writes people as `29:` and apps as `28:` (https://learn.microsoft.com/azure/bot-service/bot-service-channels-reference). */
export const botAccount = (clientId: string): string => `28:${clientId}`;

const opaque = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 40);

/** A person's account id: opaque and different for every app, as in Teams. */
export const personAccount = (clientId: string, entraObject: string): string =>
  `29:1${opaque('person', clientId, entraObject)}`;

/** The bot's chat with one person: creating it again gives the same id. */
export const personalConversation = (clientId: string, entraObject: string): string =>
  `a:1${opaque('personal', clientId, entraObject)}`;

/** `19:...@thread.tacv2;messageid=123` is message 123's thread in the channel. */
export function splitConversation(id: string): { conversation: string; thread: string | null } {
  const [conversation = '', ...rest] = id.split(';');
  const thread = rest.find((part) => part.startsWith('messageid='))?.slice('messageid='.length) ?? null;
  return { conversation, thread };
}

export const threadOf = (conversation: string, thread: string): string =>
  `${conversation};messageid=${thread}`;

/** Epoch milliseconds, never the same twice in one process. */
export function createActivityIds(now: () => number = Date.now): () => string {
  let last = 0;
  return () => {
    last = Math.max(now(), last + 1);
    return String(last);
  };
}
