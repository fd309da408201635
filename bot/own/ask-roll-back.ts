import { incidentTitle, incidentWordsIn } from '../../cards/incident-card.ts';
import type { JsonObject } from '../../core/canonical-json.ts';
import type { AgentContract } from '../../core/contract.ts';
import { IncidentId } from '../../core/ids.ts';
import { stepBack, type RollBackRequest } from '../../core/versions.ts';
import { placeOf, versionNamed } from '../agent-version.ts';
import type { Answered, CommandContext } from '../command.ts';
import { agentResource } from '../named-agent.ts';
import { refusal } from '../words.ts';
import { askOwn } from './ask-own.ts';

/** May this person ask for it: `rollback` of the roles table, on that agent. */
export const mayRollBack = ({ may }: Pick<CommandContext, 'may'>, agent: AgentContract): boolean =>
  may('rollback', agentResource(agent));

/** What an incident's button carries: the incident, and the version that it offered when it was drawn. */
const OFFERED = /^(inc_\S+) → (\S+)$/u;

/** Whoever is asked to sign reads what is wrong, not only where it is told. In the company's language, as all that hangs for all. */
async function whyOf({ stores, tenant }: CommandContext, said: string): Promise<string> {
  const incident = IncidentId.safeParse(said);
  const state = incident.success ? await stores.incidents.get(tenant, incident.data) : null;
  if (state === null) return said;
  const say = incidentWordsIn(await stores.people.languageOf(tenant));
  return `${incidentTitle(say, state)} (${state.id})`;
}

/**
 * Asks people to sign one step back of an agent's version: what the verb does, and the lever in an incident's thread. Runs
 * that have begun keep theirs.
 */
export async function askRollBack(
  context: CommandContext,
  agent: AgentContract,
  why: string,
): Promise<Answered> {
  const { name, environment, owner: team } = agent;
  const subject = name;
  if (!mayRollBack(context, agent))
    return { refusal: refusal('not_permitted', { verb: `rollback ${name}` }), subject };
  const state = await context.stores.versions.read(context.tenant, placeOf(context, agent, environment));
  const step = state && stepBack(state);
  if (!step) return { refusal: refusal('wrong_state', { why: 'nothing-before' }), subject };
  const [, incident = why, offered = step.to] = OFFERED.exec(why.trim()) ?? [];
  // An old card: one step back from what plays now would be another one than it offered, or even forward again.
  if (offered !== step.to) return { refusal: refusal('wrong_state', { why: 'version-stale' }), subject };
  const to = versionNamed(context, name, step.to);
  if ('reason' in to) return { refusal: to, subject };
  const request: RollBackRequest = {
    ...{ agent: name, environment, team, revision: state.revision },
    ...{ from_version: step.from, share: step.share, to_version: step.to },
  };
  const args: JsonObject = { ...request };
  return askOwn(context, {
    tool: 'roll_back_version',
    args,
    input: null,
    why: await whyOf(context, incident),
  });
}
