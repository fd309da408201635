import { closest } from 'fastest-levenshtein';
import {
  groupKey,
  GROUP_SOURCES,
  type GroupSource,
  type RoleMapRequest,
} from '../../core/identity/role-mapping.ts';
import { Role, ROLES } from '../../core/people.ts';
import type { Refusal } from '../../core/views.ts';
import type { Answered, CommandContext } from '../command.ts';
import { refusal } from '../words.ts';
import { askOwn } from './ask-own.ts';

const bad = (detail: Refusal['detail']): Refusal => refusal('bad_input', detail);
const isSource = (said: string): said is GroupSource => (GROUP_SOURCES as readonly string[]).includes(said);

/** `map entra <id> approver [team]`, whose last part may hold spaces. */
function read(words: readonly string[]): RoleMapRequest | Refusal {
  const [change = '', source = '', said = '', roleSaid = '', ...rest] = words;
  if (!isSource(source))
    return bad({
      why: 'no-group-source',
      said: source.slice(0, 40),
      nearest: closest(source, GROUP_SOURCES),
    });
  const group = groupKey(source, said);
  if (group === null) return bad({ why: 'no-group', said: said.slice(0, 60) });
  const role = Role.safeParse(roleSaid.toLowerCase());
  if (!role.success)
    return bad({ why: 'no-role', said: roleSaid.slice(0, 40), nearest: closest(roleSaid, ROLES) });
  const team = rest.join(' ').normalize('NFC').slice(0, 80) || null;
  return { change: change === 'map' ? 'map' : 'unmap', source, group, role: role.data, team };
}

/** Asks a second Admin to sign that a group gives a role, or gives it no more. */
export async function askMapRole(context: CommandContext, words: readonly string[]): Promise<Answered> {
  if (!context.may('change-roles', { team: context.person.team }))
    return { refusal: refusal('not_permitted', { verb: `roles ${words[0] ?? ''}` }) };
  const request = read(words);
  if ('reason' in request) return { refusal: request };
  return askOwn(context, { tool: 'map_role', args: { ...request }, input: null, why: '' });
}
