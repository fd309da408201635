import type { AgentContract } from '../../core/contract.ts';
import type { EvalMetrics } from '../../core/evals/evaluation.ts';
import type { RunId } from '../../core/ids.ts';
import type { GoldenCase } from '../../evals/case.ts';
import type { Ask } from '../../evals/judge/ask.ts';
import { createJudge } from '../../evals/judge/judge.ts';
import { measureCases, type CaseSample } from '../../evals/measure.ts';
import { referenceOf } from '../../evals/reference.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { Stores } from '../../platform/stores.ts';
import { askThrough, JUDGE } from '../../workers/models/ask-judge.ts';
import type { Models } from '../../workers/models/models.ts';
import { OWN_FIGURES, whatWasSaid } from '../../workers/scoring/what-was-said.ts';
import type { Embedder } from './embedder.ts';

/** As a person would ask it: what the model was sent is JSON, which no question that an answer answers is near to. */
const questionOf = ({ purpose, input, inputLabel }: AgentContract, golden: GoldenCase): string =>
  `${purpose} What about ${inputLabel(input.parse(golden.input))}?`;

async function sampleOf(
  stores: Pick<Stores, 'runs'>,
  agent: AgentContract,
  golden: GoldenCase,
  run: RunId | undefined,
): Promise<CaseSample | null> {
  const said = run === undefined ? null : await whatWasSaid(stores, { tenant: EXAMPLE.tenant, run });
  if (said === null) return null;
  return {
    ...said,
    question: questionOf(agent, golden),
    // what the agent put on record itself is nothing that it found
    records: said.contexts.filter((text) => !text.startsWith(OWN_FIGURES)),
    reference: referenceOf(golden),
    refuses: golden.expect.refuses,
  };
}

export interface JudgeCases {
  readonly stores: Pick<Stores, 'runs'>;
  readonly agent: AgentContract;
  readonly cases: readonly GoldenCase[];
  readonly runs: ReadonlyMap<string, RunId>;
  readonly models: Models;
  readonly embedder: Embedder | null;
}

/** Has a judge measure what the runs of the cases said: the four metrics, by the same endpoint that played them. */
export async function judgeCases(wanted: JudgeCases): Promise<EvalMetrics> {
  const { stores, agent, cases, runs, models, embedder } = wanted;
  let costMicros = 0;
  let judge: string = JUDGE.model;
  const through = askThrough(models, JUDGE);
  const ask: Ask = async (question) => {
    const reply = await through(question);
    if (reply.ok) {
      costMicros += reply.costMicros;
      judge = reply.model;
    }
    return reply;
  };
  const samples: (CaseSample | null)[] = [];
  for (const golden of cases) samples.push(await sampleOf(stores, agent, golden, runs.get(golden.id)));
  const figures = await measureCases(samples, { judge: createJudge(ask), embed: embedder?.embed ?? null });
  return { judge, embedder: embedder?.name ?? null, figures, costMicros };
}
