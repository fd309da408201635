import { inboxCard } from '../../cards/inbox-card.ts';
import type { Command } from '../command.ts';

export const inbox: Command = {
  name: 'inbox',
  takes: '',
  purpose: 'What waits for your signature, and what you decided.',
  example: 'inbox',
  permission: 'inbox',
  run: async ({ stores, tenant, person }) => ({
    kind: 'card',
    done: true,
    audience: 'private',
    card: inboxCard(await stores.approvals.inbox(tenant, person), person.language),
  }),
};
