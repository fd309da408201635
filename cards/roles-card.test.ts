import { describe, expect, it } from 'vitest';
import { ROLES } from '../core/people.ts';
import { roleRows } from '../core/roles.ts';
import { renderPlain } from './plain/plain.ts';
import { rolesCard } from './roles-card.ts';
import { renderSlackMessage } from './slack/message.ts';
import { renderTeamsMessage } from './teams/message.ts';
import { WORDS } from './words.ts';

/** Everything that each chat would be sent. */
const everywhere = (role: Parameters<typeof rolesCard>[0]): string[] => [
  JSON.stringify(renderSlackMessage(rolesCard(role), { copy: null })),
  JSON.stringify(renderTeamsMessage(rolesCard(role), { copy: null, timeZone: 'UTC', refreshUsers: [] })),
  renderPlain(rolesCard(role), 'UTC'),
];

describe('the roles card', () => {
  it('shows every line of the table in both chats, none cut away', () => {
    for (const shown of everywhere(null)) {
      for (const { verbs } of roleRows())
        for (const verb of verbs) expect(shown).toContain(WORDS.rights.verbs[verb]);
      expect(shown).not.toContain('more)');
    }
  });

  it('says how far each right reaches', () => {
    const lines = renderPlain(rolesCard(null), 'UTC').split('\n');
    expect(lines).toContain('- stop everything, and lift it: Manager, Admin');
    expect(lines).toContain(
      '- pause an agent: Operator; Manager (own team); Admin (all); AI Engineer (sandbox)',
    );
  });

  it.each(ROLES)('shows of %s exactly what that role may do', (role) => {
    const lines = renderPlain(rolesCard(role), 'UTC').split('\n');
    for (const { verbs, reach } of roleRows()) {
      const words = verbs.map((verb) => WORDS.rights.verbs[verb]).join(', ');
      const found = lines.filter((line) => line === `- ${words}` || line.startsWith(`- ${words}: `));
      expect(found, words).toHaveLength(reach[role] === '-' ? 0 : 1);
    }
  });
});
