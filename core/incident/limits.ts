import type { Finding, Severity } from '../alerts/finding.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Not acknowledged for so long: the next one is asked. Null: nobody is woken for it. */
export const ESCALATE_AFTER_MS: Readonly<Record<Severity, number | null>> = {
  p0: 10 * MINUTE_MS,
  p1: 30 * MINUTE_MS,
  p2: null,
};

/** Clear for so long, it is over. A condition that comes and goes faster stays one incident, and wakes nobody again. */
export const STAYS_CLEAR_MS = 15 * MINUTE_MS;

/** The same, as the company's policy tunes the rule. */
export const staysClearMs = ({ clearMinutes }: Pick<Finding, 'clearMinutes'>): number =>
  clearMinutes === undefined ? STAYS_CLEAR_MS : clearMinutes * MINUTE_MS;

/** Rules look every minute. When nobody has looked for so long, nothing can be said to have stayed clear. */
export const LOOKED_WITHIN_MS = 3 * MINUTE_MS;

/** What returns within this time after it was over is the same incident, in the same thread. */
export const REOPENS_WITHIN_MS = 24 * HOUR_MS;

/** Resolved by a person while the condition lasts: so long is their word taken, then it opens again. */
export const WORD_IS_TAKEN_MS = HOUR_MS;

/** Figures on the card are not redrawn more often: a storm of findings must not become a storm of edits. */
export const REDRAW_MS = 5 * MINUTE_MS;

export const LONGEST_SILENCE_MS = 7 * 24 * HOUR_MS;
export const LONGEST_NOTE = 1_000;
