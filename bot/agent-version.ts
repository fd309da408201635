import { sha256Text } from '../core/canonical-json.ts';
import type { AgentContract } from '../core/contract.ts';
import { chooseVersion, versionsOf, type VersionEnvironment, type VersionState } from '../core/versions.ts';
import type { Refusal } from '../core/views.ts';
import type { AgentPlace, NewRun } from '../platform/stores.ts';
import { VersionMovedError } from '../platform/versions/hold-to-version.ts';
import type { Acting } from './acting.ts';
import { refusal } from './words.ts';

export const placeOf = (
  { versions }: Pick<Acting, 'versions'>,
  { name: agent }: Pick<AgentContract, 'name'>,
  environment: VersionEnvironment,
): AgentPlace => ({
  agent,
  environment,
  known: versionsOf(versions, agent).map(({ version }) => version),
});

/** That very version, or the refusal that says it is gone from the code: nothing else is played in its place. */
export const versionNamed = (
  { versions }: Pick<Acting, 'versions'>,
  agent: string,
  version: string,
): AgentContract | Refusal =>
  versions.find((one) => one.name === agent && one.version === version) ??
  refusal('version_gone', { agent, version });

interface Active {
  readonly state: VersionState;
  readonly agent: AgentContract;
}

async function activeIn(context: Acting, place: AgentPlace): Promise<Active | Refusal> {
  const state = await context.stores.versions.read(context.tenant, place);
  if (state === null) return refusal('unknown_agent', { agent: place.agent });
  const agent = versionNamed(context, place.agent, state.active);
  return 'reason' in agent ? agent : { state, agent };
}

/** The version whose form is shown and whose words are understood before it is known which one plays. */
export async function activeVersion(context: Acting, agent: AgentContract): Promise<AgentContract | Refusal> {
  const active = await activeIn(context, placeOf(context, agent, agent.environment));
  return 'reason' in active ? active : active.agent;
}

export type Read =
  { readonly ok: true; readonly input: unknown } | { readonly ok: false; readonly refusal: Refusal };

/** A run's version, what it takes of what was said, and how it was chosen. */
export type Due = Required<Pick<NewRun, 'agent' | 'input' | 'among'>>;

async function dueFor(
  context: Acting,
  place: AgentPlace,
  read: (agent: AgentContract) => Read,
): Promise<Due | Refusal> {
  const active = await activeIn(context, place);
  if ('reason' in active) return active;
  const first = read(active.agent);
  if (!first.ok) return first.refusal;
  // The same input comes to the same version, whoever asks and however often.
  const key = sha256Text(JSON.stringify(first.input));
  const among = { known: place.known, key };
  const version = chooseVersion(active.state, { tenant: context.tenant, agent: place.agent, key });
  if (version === active.agent.version) return { agent: active.agent, input: first.input, among };
  const agent = versionNamed(context, place.agent, version);
  if ('reason' in agent) return agent;
  const said = read(agent);
  return said.ok ? { agent, input: said.input, among } : said.refusal;
}

const TRIES = 3;

/**
 * Begins a run with the version that is due for its input: the active one, or by its share the next. Where that changed
 * in between it is chosen again.
 * @param read what a version's contract makes of what was said
 */
export async function withDueVersion<T>(
  context: Acting,
  place: AgentPlace,
  read: (agent: AgentContract) => Read,
  begin: (due: Due) => Promise<T>,
): Promise<T | { refusal: Refusal; subject: string }> {
  for (let tries = 1; ; tries += 1) {
    const due = await dueFor(context, place, read);
    if ('reason' in due) return { refusal: due, subject: place.agent };
    try {
      return await begin(due);
    } catch (error) {
      if (!(error instanceof VersionMovedError)) throw error;
      if (tries === TRIES)
        return { refusal: refusal('wrong_state', { why: 'version-stale' }), subject: place.agent };
    }
  }
}
