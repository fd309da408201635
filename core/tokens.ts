import { z } from 'zod';
import type { Person, Role } from './people.ts';
import type { Verb } from './roles.ts';

/**
 * What a token of the HTTP API and of MCP can be made for: to ask for runs and to read. To sign, to answer in a person's
 * place, and to change who may do what are not among them: a token is nobody who could sign (attack 19).
 */
export const TOKEN_VERBS = [
  'run',
  'prioritise',
  'runs',
  'see-output',
  'ask-review',
  'invite-review',
  'see-reads',
  'trace',
  'costs',
  'cancel',
  'replay',
  'inbox',
  'verify',
  'export',
  'agents',
  'whoami',
] as const satisfies readonly Verb[];
export const TokenVerb = z.enum(TOKEN_VERBS);
export type TokenVerb = z.infer<typeof TokenVerb>;

export const LONGEST_TOKEN_DAYS = 365;
export const USUAL_TOKEN_DAYS = 90;

/** The owner as far as their token reaches: roles that both have. Nobody gains any by a token. */
export function withRolesOf(person: Person, roles: readonly Role[]): Person {
  const both = (role: Role): boolean => roles.includes(role);
  const placed = person.placed?.filter(({ role }) => both(role));
  return { ...person, roles: person.roles.filter(both), ...(placed ? { placed } : {}) };
}
