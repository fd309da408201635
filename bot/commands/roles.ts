import { closest } from 'fastest-levenshtein';
import { rolesCard } from '../../cards/roles-card.ts';
import { Role, ROLES } from '../../core/people.ts';
import type { Command } from '../command.ts';
import { refusal } from '../words.ts';

export const roles: Command = {
  name: 'roles',
  takes: '[role]',
  purpose: 'Who may do what: the table that every request is judged by.',
  example: 'roles manager',
  permission: 'roles',
  run: async ({ request, person }) => {
    const said = request.words.trim().toLowerCase();
    const role = said === '' ? null : Role.safeParse(said);
    if (role?.success === false)
      return {
        refusal: refusal('bad_input', {
          why: 'no-role',
          said: said.slice(0, 40),
          nearest: closest(said, ROLES),
        }),
      };
    return {
      kind: 'card',
      done: true,
      audience: 'private',
      card: rolesCard(role?.data ?? null, person.language),
    };
  },
};
