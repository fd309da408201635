import { whoamiCard } from '../../cards/whoami-card.ts';
import type { Command } from '../command.ts';

const CHATS = { slack: 'Slack', teams: 'Teams' } as const;

export const whoami: Command = {
  name: 'whoami',
  takes: '',
  purpose: 'Who you are here, with your team and roles.',
  example: 'whoami',
  permission: 'whoami',
  run: async ({ stores, tenant, person }) => {
    const [accounts, manager] = await Promise.all([
      stores.people.accountsOf(tenant, person.id),
      person.manager === null ? null : stores.people.person(tenant, person.manager),
    ]);
    const linked = [...new Set(accounts.map(({ platform }) => CHATS[platform]))];
    const view = { person, managerName: manager?.name ?? null, linked, tenantName: tenant };
    const card = whoamiCard(view, person.language);
    return { kind: 'card', done: true, audience: 'private', card };
  },
};
