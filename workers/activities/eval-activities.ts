import { FAILURE_NOT_FOUND, type EvalStoreActivities } from '../../core/activities.ts';
import { tickEval } from '../evals/tick-eval.ts';
import { finalFailure, type Edges } from './edges.ts';

/** What the workflow of an evaluation may say: that it is time to look again. */
export const createEvalActivities = (edges: Pick<Edges, 'stores' | 'agents'>) =>
  ({
    async tickEval({ tenant, eval: id }) {
      const looked = await tickEval(edges, tenant, id);
      if (looked === null) throw finalFailure(FAILURE_NOT_FOUND, `The evaluation ${id} is not in the store.`);
      return looked;
    },
  }) satisfies EvalStoreActivities;
