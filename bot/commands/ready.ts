import { readyCard } from '../../cards/ready-card.ts';
import type { AgentContract } from '../../core/contract.ts';
import { withOwnCases } from '../../core/evals/own-cases.ts';
import { judgeReady } from '../../core/ready/judge.ts';
import { agentToEvaluate, mayEvaluate } from '../agent-to-evaluate.ts';
import type { Answered, Command, CommandContext } from '../command.ts';
import { suggestAgents } from '../suggested-agents.ts';

/** A version without cases in the code is judged too: then its evaluation is what is missing. */
async function judge(context: CommandContext, contract: AgentContract): Promise<Answered> {
  const { stores, tenant, person, golden } = context;
  const { name, version } = contract;
  const known = golden(name, version);
  const set = known && withOwnCases(contract, known, await stores.golden.accepted(tenant, name));
  const { promptHash = '', casesHash = '' } = set ?? {};
  const evidence = await stores.evals.readiness(tenant, { name, version });
  const readiness = judgeReady(evidence, { contract, promptHash, casesHash });
  return { kind: 'card', done: true, audience: 'private', card: readyCard(readiness, person.language) };
}

export const ready: Command = {
  name: 'ready',
  takes: '<agent> [version]',
  purpose: 'Is an agent ready for production: seven points, each with its figures and what they are of.',
  example: 'ready fraud-review',
  permission: 'eval',
  suggests: { agent: suggestAgents(mayEvaluate) },
  run: async (context) => {
    const which = await agentToEvaluate(context, { command: ready, title: 'ready' });
    return 'contract' in which ? judge(context, which.contract) : which.answered;
  },
};
