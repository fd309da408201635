import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { RunRef, ScoreActivities } from '../../core/activities.ts';
import type { RunScore } from '../../platform/stores/scores.ts';
import { askThrough, JUDGE } from '../models/ask-judge.ts';
import type { ModelReply, Models } from '../models/models.ts';
import { payOnce, type Bill } from '../scoring/pay-once.ts';
import { scoreRun } from '../scoring/score-run.ts';
import { whatWasSaid } from '../scoring/what-was-said.ts';
import { agentOf, runOf, type Edges } from './edges.ts';
import { inSpan } from './span.ts';

type ScoreEdges = Pick<Edges, 'stores' | 'agents' | 'models' | 'nowMs'>;

/** A judge that stays away so long is not waited for: nobody reads a score of last week. */
const TRIES = 8;

/** The rehearsal names itself in every answer. */
const isRehearsal = (model: string): boolean => model.startsWith('rehearsal/');

/** What judges a sampled run, beside all runs and after it. */
export const createScoreActivities = (edges: ScoreEdges) =>
  ({
    async scoreRun(ref) {
      if (await edges.stores.scores.has(ref.tenant, ref.run)) return;
      const row = await runOf(edges, ref);
      const { contract } = agentOf(edges, row);
      const startedAtMs = edges.nowMs();
      const { models, bill } = payOnce(
        { models: telling(edges, ref, row), stores: edges.stores },
        ref,
        contract.budget,
      );
      const said = await whatWasSaid(edges.stores, ref);
      const scores = await inSpan(
        'score run',
        { 'countersign.run': ref.run, 'gen_ai.request.model': JUDGE.model },
        () => scoreRun(said, askThrough(models, JUDGE)),
        () => ({ 'countersign.cost_micros': bill.costMicros, 'countersign.calls': bill.calls }),
      );
      if (isAway(scores) && activityInfo().attempt < TRIES)
        throw ApplicationFailure.create({ message: 'the judge is away', type: 'JudgeAway' });
      await charge(edges, ref, bill, startedAtMs);
      const judge = bill.model ?? JUDGE.model;
      const rehearsal = bill.model === null ? row.rehearsal : isRehearsal(judge);
      await edges.stores.scores.save(ref.tenant, ref.run, scores, { judge, rehearsal });
    },
  }) satisfies ScoreActivities;

const isAway = (scores: readonly RunScore[]): boolean => scores.some(({ reason }) => reason === 'away');

/** A breaker that the judge opened is told like any other. */
const telling = (
  { models, stores }: ScoreEdges,
  { tenant, run }: RunRef,
  { agent, agentVersion: version }: { readonly agent: string; readonly agentVersion: string },
): Models => ({
  async ask(request): Promise<ModelReply> {
    const reply = await models.ask(request);
    if (!reply.ok && reply.opened)
      await stores.events.record(tenant, {
        ...{ agent, version, run, kind: 'breaker', key: `${run}/judge` },
        detail: { model: request.model, failure: reply.kind },
      });
    return reply;
  },
});

/** One step of the run, however often the work began again: the run's cost says what judging it came to. */
async function charge(
  { stores }: ScoreEdges,
  { tenant, run }: RunRef,
  bill: Bill,
  startedAtMs: number,
): Promise<void> {
  if (bill.costMicros === 0 && bill.calls === 0) return;
  await stores.runs.recordStep(tenant, run, {
    ...{ key: 'judge', parent: null, kind: 'model', name: 'judge', label: 'scored', ok: !bill.failed },
    ...{ model: JUDGE.model, inputTokens: bill.inputTokens, outputTokens: bill.outputTokens },
    ...{ costMicros: bill.costMicros, latencyMs: bill.latencyMs, startedAtMs },
    detail: { calls: bill.calls, answeredBy: bill.model },
  });
}
