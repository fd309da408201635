import type { AboutPlace } from '../platform/stores.ts';
import type { CommandContext } from './command.ts';

/**
 * What a command without an argument is about where it was said: the message that it was asked on, or the thread it stands
 * in. Null outside of threads, and where nothing of ours is. It only finds; who may see it is asked by the command.
 */
export async function aboutHere({ stores, tenant, request }: CommandContext): Promise<AboutPlace | null> {
  const { caller, place, message } = request;
  const messages = [message, place.thread].filter((one) => one !== null && one !== undefined);
  if (messages.length === 0 || request.fields !== undefined) return null;
  // A card for one person hangs in a chat that is remembered by who it is with.
  const conversations = [place.conversation, ...(place.kind === 'personal' ? [caller.account] : [])];
  return stores.copies.about(tenant, {
    platform: caller.platform,
    workspace: caller.workspace,
    conversations,
    messages,
  });
}
