import { authorise, type Resource, type Verb } from '../core/roles.ts';
import type { CommandContext } from './command.ts';
import type { Who } from './identity.ts';

/** A person's own standing on a thing that is theirs: the most that a right can reach. */
const OWN: readonly Partial<Resource>[] = [
  { class: 'standard', environment: 'production' },
  { class: 'standard', environment: 'sandbox' },
];

/** The roles table, read now, for this person. Where something is not known, the stricter is assumed. */
export const mayOn =
  ({ tenant, person }: Extract<Who, { ok: true }>): CommandContext['may'] =>
  (verb, on) =>
    authorise(
      person,
      verb,
      {
        tenant,
        team: null,
        owner: null,
        assigned: false,
        class: 'restricted',
        environment: 'production',
        ...on,
      },
      tenant,
    ).ok;

/** May the verb be used at all, were it on something of one's own. */
export function mayAtAll(context: Pick<CommandContext, 'may' | 'person'>, verb: Verb): boolean {
  const { id: owner, team } = context.person;
  return OWN.some((on) => context.may(verb, { owner, team, assigned: true, ...on }));
}
