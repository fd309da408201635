import { closest } from 'fastest-levenshtein';
import { rolesCard } from '../../cards/roles-card.ts';
import { Role, ROLES } from '../../core/people.ts';
import type { Command } from '../command.ts';
import { askMapRole } from '../own/ask-map-role.ts';
import { refusal } from '../words.ts';

export const roles: Command = {
  name: 'roles',
  takes: '[role] | map|unmap entra|app-role|slack <group> <role> [team]',
  purpose:
    'Who may do what: the table that every request is judged by, and which groups give roles; map and unmap ask a second Admin.',
  example: 'roles manager',
  permission: 'roles',
  run: async (context) => {
    const { request, person, stores, tenant } = context;
    const words = request.words.trim().split(/\s+/u);
    if (words[0] === 'map' || words[0] === 'unmap') return askMapRole(context, words);
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
    // Which groups there are is for those who set them.
    const may = context.may('change-roles', { team: person.team });
    const mappings = may ? await stores.identity.mappings(tenant) : [];
    return {
      kind: 'card',
      done: true,
      audience: 'private',
      card: rolesCard(role?.data ?? null, person.language, mappings),
    };
  },
};
