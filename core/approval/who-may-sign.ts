import type { PersonId } from '../ids.ts';
import { decidingVerb, ownTeam } from '../own-actions.ts';
import { rolesOf, teamsOf, type Person } from '../people.ts';
import type { Requirement, Selector } from '../policy-types.ts';
import { authorise, type Resource, type Verb } from '../roles.ts';
import type { ApprovalContext, ApprovalState } from './types.ts';

/** Does any of the selectors name this person. A group is a team's name; nobody inactive and no program is ever named. */
export function eligible(person: Person, selectors: readonly Selector[]): boolean {
  if (!person.active || person.service === true) return false;
  return selectors.some((selector) => {
    switch (selector.kind) {
      case 'role':
        return rolesOf(person).includes(selector.role);
      case 'group':
        return teamsOf(person).includes(selector.group);
      case 'person':
        return person.id === selector.person;
    }
  });
}

/** Who a stage asks: those it names, and once it was escalated the senior group as well. */
export function askedIn(requirement: Requirement, stage: number, escalated: boolean): readonly Selector[] {
  const who = requirement.stages[stage]?.who ?? [];
  return escalated ? [...who, ...requirement.escalateTo] : who;
}

/** The approval as the roles table sees it. */
export function resourceOf(state: ApprovalState, ctx: ApprovalContext, assigned: boolean): Resource {
  const team = ownTeam(state.action);
  return {
    tenant: state.tenant,
    team: team === undefined ? (ctx.people.get(state.requester)?.team ?? null) : team,
    owner: state.requester,
    assigned,
    class: ctx.agentClass ?? 'restricted',
    environment: ctx.environment ?? 'production',
  };
}

/** Did the requester name this person as a delegate while the request was pending. Then they never count on it. */
export function namedByRequester(state: ApprovalState, ctx: ApprovalContext, person: PersonId): boolean {
  const { requester, createdAtMs, decidedAtMs } = state;
  const here = state.delegations.some((d) => d.to === person && [d.by, d.from].includes(requester));
  const elsewhere = ctx.delegations.some(
    (d) =>
      d.to === person &&
      [d.createdBy, d.from].includes(requester) &&
      d.createdAtMs >= createdAtMs &&
      d.createdAtMs <= (decidedAtMs ?? Number.POSITIVE_INFINITY),
  );
  return here || elsewhere;
}

/**
 * May this person's signature count for those selectors, by their rights of now: named by policy AND permitted by
 * the roles table, not the requester, not put there by the requester.
 */
export function countsFor(
  state: ApprovalState,
  ctx: ApprovalContext,
  id: PersonId,
  selectors: readonly Selector[],
): boolean {
  const person = ctx.people.get(id);
  return (
    person !== undefined &&
    id !== state.requester &&
    eligible(person, selectors) &&
    permitted(state, ctx, person, 'approve') &&
    !namedByRequester(state, ctx, id)
  );
}

/** What the roles table says of someone whom policy names. */
export function permitted(state: ApprovalState, ctx: ApprovalContext, person: Person, verb: Verb): boolean {
  const needed = decidingVerb(state.action, verb);
  return needed !== null && authorise(person, needed, resourceOf(state, ctx, true), state.tenant).ok;
}

/** The person this one acts for by a delegation in force now, or null. Evidence only: it adds no right. */
export function actingFor(state: ApprovalState, ctx: ApprovalContext, person: PersonId): PersonId | null {
  const here = state.delegations.filter((d) => d.to === person).map((d) => d.from);
  const standing = ctx.delegations
    .filter((d) => d.to === person && d.fromMs <= ctx.nowMs && ctx.nowMs < d.untilMs)
    .map((d) => d.from);
  return [...here, ...standing].find((from) => from !== state.requester && from !== person) ?? null;
}
