import type { AgentContract } from '../core/contract.ts';
import type { RunId } from '../core/ids.ts';
import type { Priority } from '../core/intake/priority.ts';
import type { Refusal } from '../core/views.ts';
import { LineFullError } from '../platform/intake/line-limits.ts';
import { RunRefusedError } from '../platform/runs/why-not-start.ts';
import type { Acting, Asked, Refused } from './acting.ts';
import { placeOf, withDueVersion, type Read } from './agent-version.ts';
import { agentResource } from './named-agent.ts';
import { refusal } from './words.ts';

export const mayRun = ({ may, person }: Pick<Acting, 'may' | 'person'>, agent: AgentContract): boolean =>
  may('run', { ...agentResource(agent), owner: person.id });

export const mayHurry = ({ may }: Pick<Acting, 'may'>, agent: AgentContract): boolean =>
  may('prioritise', agentResource(agent));

/** The contract checks what was said, whichever way it came. */
export function readInput(agent: AgentContract, said: unknown): Read {
  const parsed = agent.input.safeParse(said);
  if (parsed.success) return { ok: true, input: parsed.data };
  const message = parsed.error.issues[0]?.message;
  const why = message === undefined ? 'no-input' : `${message}.`.replace('..', '.');
  return { ok: false, refusal: refusal('bad_input', { why }) };
}

function lineFull({ whose, most, retryInMs }: LineFullError): Refusal {
  if (retryInMs === null) return refusal('line_full', { whose, most });
  return refusal('line_full', { whose, most, minutes: Math.max(1, Math.ceil(retryInMs / 60_000)) });
}

/** Why this person may not start it so, or null. */
export function whyNotRun(context: Acting, agent: AgentContract, priority: Priority): Refused | null {
  if (!mayRun(context, agent))
    return { refusal: refusal('not_permitted', { verb: `run ${agent.name}` }), subject: agent.name };
  if (priority === 'high' && !mayHurry(context, agent))
    return { refusal: refusal('not_permitted', { verb: 'run --priority high' }), subject: agent.name };
  return null;
}

export interface Begun {
  readonly run: RunId;
  readonly agent: AgentContract;
  readonly input: unknown;
  /** Asked for before with the same key: nothing was started now. */
  readonly duplicate: boolean;
}

/**
 * Records a run for whoever asks, with the version that is due for its input: what `run` does in both chats and in the API.
 * @param read what a version's contract makes of what was said
 */
export async function beginRun(
  context: Acting,
  asked: Asked,
  {
    agent,
    priority,
    read,
  }: { agent: AgentContract; priority: Priority; read: (agent: AgentContract) => Read },
): Promise<Begun | Refused> {
  const { stores, tenant, person, rehearsal } = context;
  const why = whyNotRun(context, agent, priority);
  if (why !== null) return why;
  try {
    return await withDueVersion(context, placeOf(context, agent, agent.environment), read, async (due) => {
      const { run, duplicate } = await stores.runs.create(tenant, {
        ...{ agent: due.agent, input: due.input, among: due.among, priority },
        ...{ requester: person, environment: due.agent.environment, rehearsal },
        ...{ source: asked.source, dedupeKey: asked.key, origin: asked.origin },
      });
      return { run, duplicate, agent: due.agent, input: due.input };
    });
  } catch (error) {
    if (error instanceof LineFullError) return { refusal: lineFull(error), subject: agent.name };
    if (!(error instanceof RunRefusedError)) throw error;
    return { refusal: refusal(error.reason, { agent: agent.name }), subject: agent.name };
  }
}
