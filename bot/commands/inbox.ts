import { inboxCard } from '../../cards/inbox-card.ts';
import type { InboxPlace } from '../../platform/stores.ts';
import type { CommandContext, Command } from '../command.ts';

/** `page 3` from a button; whatever else was typed is the first page. */
function pageOf(words: string): number {
  const page = Number(/^(?:page|look) (\d{1,3})$/.exec(words.trim())?.[1] ?? 1);
  return Math.max(1, page);
}

/** Teams asks by itself when the message comes into view: an edit of it would make it ask again, without end. */
const isGlance = (words: string): boolean => words.startsWith('look ');

/**
 * Where the inbox stays: Slack has a tab for it, in Teams it is a message in the personal chat. Typed there it is a new
 * message, by a button it stays in the one that was pressed. Elsewhere it is an answer like others.
 */
function placeFor({ person, request }: CommandContext): InboxPlace | null {
  const { caller, place, words, message } = request;
  const { platform, workspace, account } = caller;
  const at = { person: person.id, platform, workspace, page: pageOf(words) };
  if (platform === 'slack') return place.kind === 'home' ? { ...at, conversation: account } : null;
  if (place.kind !== 'personal' || isGlance(words)) return null;
  return { ...at, conversation: place.conversation, message: message ?? null };
}

export const inbox: Command = {
  name: 'inbox',
  takes: '',
  purpose: 'What waits for your signature, what you decided, your delegations and grants.',
  example: 'inbox',
  permission: 'inbox',
  run: async (context) => {
    const { stores, tenant, person, request, keepInbox } = context;
    const place = placeFor(context);
    if (place !== null) await keepInbox(tenant, place);
    // Slack's tab was published; Teams takes the card as the answer to its button as well.
    if (place?.platform === 'slack') return { kind: 'nothing' };
    const kept = place === null ? {} : { kept: true as const };
    const view = await stores.approvals.inbox(tenant, person);
    const card = inboxCard(view, person.language, pageOf(request.words));
    return { kind: 'card', done: true, audience: 'private', card, ...kept };
  },
};
