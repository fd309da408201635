import type { Resource, Verb } from '../core/roles.ts';
import type { RunId } from '../core/ids.ts';
import type { DeadLetterView, RunView } from '../core/views.ts';
import type { Acting } from './acting.ts';
import type { CommandContext } from './command.ts';

/** Which approvals of these runs this person was asked to decide, or did: "flagged to them" in the roles table. */
export async function flaggedTo(
  { stores, tenant, person }: Acting,
  runs: readonly Pick<RunView, 'approvals'>[],
): Promise<ReadonlySet<string>> {
  const asked = runs.flatMap(({ approvals }) => approvals.map(({ id }) => id));
  return asked.length === 0 ? new Set() : stores.approvals.flagged(tenant, person, asked);
}

type Owned = Pick<RunView, 'agent' | 'environment' | 'requester'>;

/** A run as the roles table sees it: its agent's class, whose it is, and where it plays. */
const resourceOf = ({ agents }: Acting, run: Owned): Partial<Resource> => {
  const agent = agents.find(({ name }) => name === run.agent);
  return {
    team: run.requester.team,
    owner: run.requester.id,
    ...(agent === undefined ? {} : { class: agent.class, environment: agent.environment }),
  };
};

/** A sandbox run of a production agent is both: that agent's work, and played where nothing is touched. */
const mayOnOwned = (context: Acting, verb: Verb, run: Owned, on: Partial<Resource>): boolean =>
  context.may(verb, on) ||
  (run.environment === 'sandbox' && context.may(verb, { ...on, environment: 'sandbox' }));

/** May this person use the verb on that run, by the roles table. */
export function mayOnRun(context: Acting, verb: Verb, run: RunView, flagged: ReadonlySet<string>): boolean {
  const mine = run.requester.id === context.person.id;
  const assigned = mine || run.approvals.some(({ id }) => flagged.has(id));
  return mayOnOwned(context, verb, run, { ...resourceOf(context, run), assigned });
}

/** The replay itself plays in the sandbox; what it takes from the recording is for those who may read the trace. */
export const mayReplayInSandbox = (context: Acting, run: RunView, flagged: ReadonlySet<string>): boolean =>
  mayOnRun(context, 'trace', run, flagged) &&
  context.may('replay', { ...resourceOf(context, run), environment: 'sandbox' });

/** What belongs to no run is for those who may do everything. */
export const mayOnLetter = (context: Acting, { run }: DeadLetterView): boolean =>
  run === null
    ? context.may('dead-letters', {})
    : mayOnOwned(context, 'dead-letters', run, resourceOf(context, run));

/** An output that was told in a place is shared with whoever speaks there; the platform vouches for the place. */
export async function sharedInThisPlace(
  { stores, tenant, request }: CommandContext,
  run: RunId,
): Promise<boolean> {
  const { platform, workspace } = request.caller;
  const copies = await stores.copies.ofSubject(tenant, run);
  return copies.some(
    (copy) =>
      copy.status === 'posted' &&
      copy.platform === platform &&
      copy.workspace === workspace &&
      copy.conversation === request.place.conversation,
  );
}
