import { DAY_MS } from './reading/history.ts';
import { toldRule } from './reading/told.ts';

/** The weekly evaluation was surely worse than the one before; known until the next one says otherwise. */
export const evalWorse = toldRule('eval-worse', {
  measure: 'event.eval_worse',
  worst: 'low_score',
  windowMs: 7 * DAY_MS,
});
