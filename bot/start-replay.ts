import type { AgentContract } from '../core/contract.ts';
import type { RunId } from '../core/ids.ts';
import type { VersionEnvironment } from '../core/versions.ts';
import type { Refusal, RunView } from '../core/views.ts';
import { RunRefusedError } from '../platform/runs/why-not-start.ts';
import { placeOf, versionNamed, withDueVersion, type Due, type Read } from './agent-version.ts';
import type { Acting, Asked } from './acting.ts';
import { refusal } from './words.ts';

export interface WantedReplay {
  readonly agent: AgentContract;
  readonly first: RunView;
  /** The key of the step where the recording ends; null for all of it anew. */
  readonly from: string | null;
  readonly asked: Asked;
}

/**
 * From a step: the version of the recording, whose turns it goes on from. From the start: the version that is due now, as
 * for any new run, so that after a roll back what failed is tried again by the version before.
 */
async function withVersion<T>(
  context: Acting,
  { agent, first, from }: WantedReplay,
  input: unknown,
  begin: (due: Omit<Due, 'among'> & Partial<Due>, environment: VersionEnvironment) => Promise<T>,
): Promise<T | { refusal: Refusal; subject: string }> {
  // The contract may have changed since: it is asked again.
  const read = (one: AgentContract): Read => {
    const parsed = one.input.safeParse(input);
    return parsed.success
      ? { ok: true, input: parsed.data }
      : { ok: false, refusal: refusal('bad_input', { why: 'input-off' }) };
  };
  if (from === null) {
    const environment = first.environment === 'sandbox' ? 'sandbox' : agent.environment;
    return withDueVersion(context, placeOf(context, agent, environment), read, (due) =>
      begin(due, environment),
    );
  }
  const same = versionNamed(context, first.agent, first.agentVersion);
  if ('reason' in same) return { refusal: same, subject: first.run };
  const said = read(same);
  return said.ok
    ? begin({ agent: same, input: said.input }, 'sandbox')
    : { refusal: said.refusal, subject: first.run };
}

/**
 * Records a run that repeats another, in the name of whoever asks now: they are its requester, so they sign none of it.
 * With a recording it is always a sandbox run; without, it runs where the first did.
 */
export async function startReplay(
  context: Acting,
  wanted: WantedReplay,
): Promise<{ run: RunId } | { refusal: Refusal; subject: string }> {
  const { stores, tenant, person, rehearsal } = context;
  const { agent, first, from, asked } = wanted;
  try {
    const input = await stores.runs.input(tenant, first.run);
    return await withVersion(context, wanted, input, async (due, environment) => {
      const { run } = await stores.runs.create(tenant, {
        ...due,
        requester: person,
        source: asked.source,
        dedupeKey: asked.key,
        environment,
        rehearsal,
        origin: asked.origin,
        replay: { of: first.run, from },
      });
      return { run };
    });
  } catch (error) {
    if (!(error instanceof RunRefusedError)) throw error;
    return { refusal: refusal(error.reason, { agent: agent.name }), subject: first.run };
  }
}
