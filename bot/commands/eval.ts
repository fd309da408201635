import type { AgentContract } from '../../core/contract.ts';
import { withOwnCases } from '../../core/evals/own-cases.ts';
import { agentToEvaluate, mayEvaluate } from '../agent-to-evaluate.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { sayIn } from '../languages.ts';
import { originOf } from '../origin.ts';
import { suggestAgents } from '../suggested-agents.ts';
import { refusal } from '../words.ts';

/** Whoever asks for it is told at once; the card is a copy like any other, kept true where they asked. */
async function begin(context: CommandContext, agent: AgentContract): Promise<Answered> {
  const { stores, tenant, person, request, golden, rehearsal } = context;
  const { caller, place, requestKey } = request;
  const { name, version } = agent;
  const known = golden(name, version);
  const set = known && withOwnCases(agent, known, await stores.golden.accepted(tenant, name));
  if (set === null || set.cases === 0)
    return { refusal: refusal('wrong_state', { why: 'no-cases', agent: name }), subject: name };
  if (!set.sound) return { refusal: refusal('wrong_state', { why: 'cases-wrong', version }), subject: name };
  const { cases, casesHash, promptHash, model } = set;
  const wanted = { cases, casesHash, promptHash, model };
  const asked = await stores.evals.ask(tenant, {
    ...{ ...wanted, agent: name, agentVersion: version, rehearsal, source: 'chat', requester: person.id },
    ...{ origin: originOf(caller, place), requestKey: `${caller.platform} ${requestKey}` },
  });
  if ('running' in asked)
    return { refusal: refusal('wrong_state', { why: 'eval-runs', version }), subject: asked.running };
  const text = sayIn(person.language).evalBegun(asked.eval, name, version, set.cases, rehearsal);
  return { kind: 'text', done: true, text };
}

export const evaluate: Command = {
  name: 'eval',
  takes: '<agent> [version]',
  purpose:
    'Plays every golden case of an agent in the sandbox and marks it; one card shows how far it is and what came of it.',
  example: 'eval fraud-review 1.1.0',
  permission: 'eval',
  suggests: { agent: suggestAgents(mayEvaluate) },
  run: async (context) => {
    const which = await agentToEvaluate(context, { command: evaluate, title: 'eval' });
    return 'contract' in which ? begin(context, which.contract) : which.answered;
  },
};
