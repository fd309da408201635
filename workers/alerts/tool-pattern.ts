import { DAY_MS } from './reading/history.ts';
import { toldRule } from './reading/told.ts';

/** The agent called its tools in an order not seen before. */
export const toolPattern = toldRule('tool-pattern', {
  measure: 'event.tool_pattern',
  worst: 'unusual',
  windowMs: DAY_MS,
});
