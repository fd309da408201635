import type { SubscriptionId, TenantId } from '../ids.ts';
import type { Person } from '../people.ts';
import { authorise, type Resource, type Verb } from '../roles.ts';
import type { DigestScope } from './digest.ts';
import type { Every } from './period.ts';

/** A subscription, as a card lists it. */
export interface Subscribed {
  readonly id: SubscriptionId;
  readonly every: Every;
  /** Null: the whole company. */
  readonly team: string | null;
  readonly platform: 'slack' | 'teams';
  readonly conversation: string;
}

/** May this person read that digest at all, and does it tell them what was spent. By the roles table, when it is read. */
export function mayReadDigest(
  person: Person,
  tenant: TenantId,
  scope: DigestScope,
): { readonly read: boolean; readonly costs: boolean } {
  const on: Resource = {
    tenant,
    team: scope.kind === 'team' ? scope.team : null,
    owner: scope.kind === 'own' && scope.person === person.id ? person.id : null,
    assigned: false,
    ...{ class: 'standard', environment: 'production' },
  };
  const may = (verb: Verb): boolean => authorise(person, verb, on, tenant).ok;
  if (!may('digest')) return { read: false, costs: false };
  // Figures of others are for those who answer for them: the same right as what those spent.
  if (scope.kind === 'own') return { read: scope.person === person.id, costs: may('costs') };
  return { read: may('costs'), costs: may('costs') };
}

/** The widest digest that this person may read, unless they name a team: then that one's. */
export function digestScopeFor(person: Person, tenant: TenantId, team: string | null): DigestScope | null {
  const wished: readonly DigestScope[] =
    team === null
      ? [{ kind: 'all' }, { kind: 'team', team: person.team }, { kind: 'own', person: person.id }]
      : [{ kind: 'team', team }];
  return wished.find((scope) => mayReadDigest(person, tenant, scope).read) ?? null;
}
