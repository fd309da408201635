import type { RunView } from '../core/views.ts';
import type { Verb } from '../core/roles.ts';
import type { CommandContext } from './command.ts';

/** The approvals that this person was asked to decide, or did: "flagged to them" in the roles table. */
export async function flaggedTo({ stores, tenant, person }: CommandContext): Promise<ReadonlySet<string>> {
  const { waiting, decided } = await stores.approvals.inbox(tenant, person);
  return new Set([...waiting.filter(({ mine }) => mine), ...decided].map(({ id }) => id));
}

/** May this person use the verb on that run, by the roles table. */
export function mayOnRun(
  context: CommandContext,
  verb: Verb,
  run: RunView,
  flagged: ReadonlySet<string>,
): boolean {
  const agent = context.agents.find(({ name }) => name === run.agent);
  return context.may(verb, {
    team: run.requester.team,
    owner: run.requester.id,
    assigned: run.requester.id === context.person.id || run.approvals.some(({ id }) => flagged.has(id)),
    ...(agent === undefined ? {} : { class: agent.class, environment: agent.environment }),
  });
}
