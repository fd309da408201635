import { DAY_MS } from './reading/history.ts';
import { toldRule } from './reading/told.ts';

/** What the agent is asked no longer looks like what it was asked before. */
export const inputDrift = toldRule('input-drift', {
  measure: 'event.input_drift',
  worst: 'unusual',
  windowMs: DAY_MS,
});
