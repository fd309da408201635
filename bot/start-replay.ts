import type { AgentContract } from '../core/contract.ts';
import type { RunId } from '../core/ids.ts';
import type { Refusal, RunView } from '../core/views.ts';
import { RunRefusedError } from '../platform/runs/why-not-start.ts';
import type { CommandContext } from './command.ts';
import { originOf } from './origin.ts';
import { refusal } from './words.ts';

export interface WantedReplay {
  readonly agent: AgentContract;
  readonly first: RunView;
  /** The key of the step where the recording ends; null for all of it anew. */
  readonly from: string | null;
  readonly dedupeKey: string;
}

/**
 * Records a run that repeats another, in the name of whoever asks now: they are its requester, so they sign none of it.
 * With a recording it is always a sandbox run; without, it runs where the first did.
 */
export async function startReplay(
  { stores, tenant, person, request, rehearsal }: CommandContext,
  { agent, first, from, dedupeKey }: WantedReplay,
): Promise<{ run: RunId } | { refusal: Refusal; subject: string }> {
  const subject = first.run;
  // The contract may have changed since: it is asked again.
  const input = agent.input.safeParse(await stores.runs.input(tenant, first.run));
  if (!input.success) return { refusal: refusal('bad_input', { why: 'input-off' }), subject };
  const sandbox = from !== null || first.environment === 'sandbox';
  try {
    const { run } = await stores.runs.create(tenant, {
      agent,
      input: input.data,
      requester: person,
      source: request.caller.platform,
      dedupeKey,
      environment: sandbox ? 'sandbox' : agent.environment,
      rehearsal,
      origin: originOf(request.caller, request.place),
      replay: { of: first.run, from },
    });
    return { run };
  } catch (error) {
    if (!(error instanceof RunRefusedError)) throw error;
    return { refusal: refusal(error.reason, { agent: agent.name }), subject };
  }
}
