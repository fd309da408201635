import { HOUR_MS } from './reading/history.ts';
import { toldRule } from './reading/told.ts';

/** Personal data that got out, once is enough. */
export const piiLeak = toldRule('pii-leak', {
  measure: 'event.pii_leak',
  worst: 'leaked',
  windowMs: HOUR_MS,
});
