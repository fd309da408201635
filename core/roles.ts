import type { PersonId, TenantId } from './ids.ts';
import { ROLES, type Person, type Role } from './people.ts';

/**
 * How far a role's right reaches. `yes` and `all`: anything in the tenant. `assigned`: this person was put on it
 * (shared with, flagged to, named in, assigned to, or signed by them). `own`: they asked for it. `team`: it belongs
 * to the team they work in. `standard`: production work of standard class. `gates`: eval gates and rollouts only.
 */
export type Reach =
  '-' | 'yes' | 'all' | 'assigned' | 'own' | 'team' | 'standard' | 'sandbox' | 'sandbox or evals' | 'gates';

type Row<V extends string> = readonly [
  verbs: readonly V[],
  ...reach: [Reach, Reach, Reach, Reach, Reach, Reach],
];
const row = <V extends string>(
  verbs: readonly V[],
  ...reach: [Reach, Reach, Reach, Reach, Reach, Reach]
): Row<V> => [verbs, ...reach];

/** Who may do what: the whole of it, in the order of the design's table. */
// prettier-ignore
const TABLE = [
  //                                                        consumer    operator    approver    manager  admin  engineer
  row(['see-output'],                                       'assigned', 'all',      'assigned', 'team',  'all', 'sandbox'),
  row(['trace'],                                            '-',        'all',      'assigned', 'team',  'all', 'all'),
  row(['costs'],                                            '-',        'own',      '-',        'team',  'all', 'sandbox or evals'),
  row(['run:standard'],                                     '-',        'yes',      'yes',      'yes',   'yes', '-'),
  row(['run:restricted'],                                   '-',        '-',        '-',        'yes',   'yes', '-'),
  row(['run:sandbox'],                                      '-',        '-',        '-',        'yes',   'yes', 'yes'),
  row(['prioritise'],                                       '-',        '-',        '-',        'yes',   'yes', '-'),
  row(['cancel'],                                           '-',        'standard', 'own',      'team',  'all', 'sandbox'),
  row(['replay', 'dead-letters'],                           '-',        'standard', '-',        'team',  'all', 'sandbox'),
  row(['answer'],                                           'assigned', 'assigned', 'assigned', 'team',  'all', 'sandbox'),
  row(['approve', 'decline', 'edit'],                       '-',        '-',        'assigned', 'team',  'all', 'gates'),
  row(['break-glass'],                                      '-',        '-',        '-',        '-',     'all', '-'),
  row(['runs', 'inbox', 'digest'],                          '-',        'yes',      'yes',      'yes',   'yes', 'yes'),
  row(['policy-show', 'policy-simulate'],                   '-',        '-',        'yes',      'yes',   'yes', '-'),
  row(['revoke-grant'],                                     '-',        '-',        'assigned', 'team',  'all', '-'),
  row(['delegate'],                                         '-',        '-',        'yes',      'yes',   'yes', '-'),
  row(['create-grant'],                                     '-',        '-',        '-',        'team',  'all', '-'),
  row(['pause'],                                            '-',        'yes',      '-',        'team',  'all', 'sandbox'),
  row(['resume'],                                           '-',        '-',        '-',        'team',  'all', 'sandbox'),
  row(['stop-tenant'],                                      '-',        '-',        '-',        'yes',   'yes', '-'),
  row(['raise-budget'],                                     '-',        '-',        '-',        'team',  'all', '-'),
  row(['change-policy', 'change-roles', 'change-connectors'], '-',      '-',        '-',        '-',     'yes', '-'),
  row(['eval'],                                             '-',        '-',        '-',        '-',     'yes', 'yes'),
  row(['rollout-start'],                                    '-',        '-',        '-',        '-',     'yes', 'yes'),
  row(['rollout-approve'],                                  '-',        '-',        '-',        'yes',   'yes', '-'),
  row(['rollout-promote'],                                  '-',        '-',        '-',        '-',     'yes', '-'),
  row(['rollout-hold', 'rollback'],                         '-',        'yes',      '-',        'team',  'yes', 'yes'),
  row(['acknowledge', 'resolve', 'escalate'],               '-',        'yes',      '-',        'team',  'all', 'yes'),
  row(['silence'],                                          '-',        '-',        '-',        'team',  'all', 'yes'),
  row(['oncall'],                                           '-',        'yes',      '-',        'yes',   'yes', 'yes'),
  row(['change-oncall'],                                    '-',        '-',        '-',        'team',  'all', '-'),
  row(['rate', 'ask-review'],                               'yes',      'yes',      'yes',      'yes',   'yes', 'yes'),
  row(['invite-review'],                                    '-',        'all',      '-',        'team',    'all', '-'),
  row(['see-reads'],                                        '-',        '-',        '-',        'team',    'all', '-'),
  row(['verify'],                                           'own',      'all',      'own',      'team',  'all', '-'),
  row(['export'],                                           '-',        '-',        '-',        '-',     'yes', '-'),
  row(['whoami', 'link', 'help', 'agents', 'roles'],        'yes',      'yes',      'yes',      'yes',   'yes', 'yes'),
] as const;

const COLUMN: Readonly<Record<Role, 1 | 2 | 3 | 4 | 5 | 6>> = {
  consumer: 1,
  operator: 2,
  approver: 3,
  manager: 4,
  admin: 5,
  engineer: 6,
};

export type RowVerb = (typeof TABLE)[number][0][number];
/** What a person does. `run` finds its row by the agent's class and environment. */
export type Verb = Exclude<RowVerb, `run:${string}`> | 'run';

/** One line of the table, for whoever wants to read it. */
export interface RoleRow {
  readonly verbs: readonly RowVerb[];
  readonly reach: Readonly<Record<Role, Reach>>;
}

/** The whole table as it is enforced, in its order. */
export const roleRows = (): RoleRow[] =>
  TABLE.map((row) => ({
    verbs: row[0],
    reach: Object.fromEntries(ROLES.map((role) => [role, row[COLUMN[role]]])) as RoleRow['reach'],
  }));

/** What the verb is used on. Where something is not known, say the stricter: `restricted`, `production`, null. */
export interface Resource {
  readonly tenant: TenantId;
  /** The team that it belongs to: that of the requester, or the agent's owner. */
  readonly team: string | null;
  /** Who asked for it. */
  readonly owner: PersonId | null;
  /** This very person was put on it: shared with, flagged to, named in, assigned to, or signed by them. */
  readonly assigned: boolean;
  readonly class: 'standard' | 'restricted';
  readonly environment: 'production' | 'sandbox';
  /** What it is, when not a run of an agent. */
  readonly kind?: 'run' | 'eval' | 'rollout';
}

export type Authorised =
  { readonly ok: true } | { readonly ok: false; readonly reason: 'wrong_tenant' | 'not_permitted' };

function reaches(reach: Reach, person: Pick<Person, 'id' | 'team'>, on: Resource): boolean {
  switch (reach) {
    case '-':
      return false;
    case 'yes':
    case 'all':
      return true;
    case 'assigned':
      return on.assigned;
    case 'own':
      return on.owner === person.id;
    case 'team':
      return on.team !== null && on.team === person.team;
    case 'standard':
      return on.class === 'standard' && on.environment === 'production';
    case 'sandbox':
      return on.environment === 'sandbox';
    case 'sandbox or evals':
      return on.environment === 'sandbox' || on.kind === 'eval';
    case 'gates':
      return on.kind === 'eval' || on.kind === 'rollout';
  }
}

function rowOf(verb: Verb, on: Resource): (typeof TABLE)[number] | undefined {
  const wanted: RowVerb =
    verb !== 'run' ? verb : on.environment === 'sandbox' ? 'run:sandbox' : `run:${on.class}`;
  return TABLE.find(([verbs]) => (verbs as readonly RowVerb[]).includes(wanted));
}

/** What takes a person: a program that could would give signatures that nobody gave (attack 19). */
const PERSONS_ONLY: readonly RowVerb[] = [
  ...['approve', 'decline', 'edit', 'break-glass', 'answer', 'delegate', 'create-grant'],
  ...['change-policy', 'change-roles', 'change-connectors', 'rollout-approve', 'raise-budget'],
] as const;

/**
 * May this person, of `tenant`, use the verb on that resource now. The union of their roles counts, each in its own team; separation of
 * duties (never one's own request) is the approval machine's and no role overrides it.
 */
export function authorise(person: Person, verb: Verb, on: Resource, tenant: TenantId): Authorised {
  if (on.tenant !== tenant) return { ok: false, reason: 'wrong_tenant' };
  const found = rowOf(verb, on);
  const allowed =
    person.active &&
    !(person.service === true && PERSONS_ONLY.includes(verb as RowVerb)) &&
    found !== undefined &&
    (person.roles.some((role) => reaches(found[COLUMN[role]], person, on)) ||
      (person.placed ?? []).some(({ role, team }) => reaches(found[COLUMN[role]], { ...person, team }, on)));
  return allowed ? { ok: true } : { ok: false, reason: 'not_permitted' };
}
