import type { AboutPlace, MessagesAt } from '../platform/stores.ts';
import type { CommandContext } from './command.ts';

/** The messages that a command was said on or under; null outside of threads. */
export function messagesHere({ request }: Pick<CommandContext, 'request'>): MessagesAt | null {
  const { caller, place, message } = request;
  const messages = [message, place.thread].filter((one) => one !== null && one !== undefined);
  if (messages.length === 0 || request.fields !== undefined) return null;
  // A card for one person hangs in a chat that is remembered by who it is with.
  const conversations = [place.conversation, ...(place.kind === 'personal' ? [caller.account] : [])];
  return { platform: caller.platform, workspace: caller.workspace, conversations, messages };
}

/**
 * What a command without an argument is about where it was said: the message that it was asked on, or the thread it stands
 * in. Null outside of threads, and where nothing of ours is. It only finds; who may see it is asked by the command.
 */
export async function aboutHere(context: CommandContext): Promise<AboutPlace | null> {
  const at = messagesHere(context);
  return at === null ? null : context.stores.copies.about(context.tenant, at);
}
