import type { ForwardKind, Untaken } from './kinds.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each failure it is tried again. When they are used up it is a dead letter: some eight hours after the first. */
export const RETRY_AFTER_MS: readonly number[] = [
  ...[5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS],
  ...[HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS],
];

/** So many failures, and whoever is on call is told that nobody was woken over there; it goes on being tried. */
export const TOLD_AFTER_TRIES = 3;

/** A target that names a time is believed, but not for longer than this. */
const LONGEST_WAIT_MS = HOUR_MS;

export type Answer =
  | { readonly taken: true }
  | {
      readonly taken: false;
      readonly why: Untaken;
      /** The status or the code of the failure; never a text of theirs. */
      readonly code: string;
      readonly retryAfterMs: number | null;
    };

/** What the status of an answer means (PagerDuty's table of codes, and Standard Webhooks' of statuses). */
export function answerOf(status: number, retryAfterMs: number | null): Answer {
  if (status >= 200 && status < 300) return { taken: true };
  const no = (why: Untaken): Answer => ({ taken: false, why, code: String(status), retryAfterMs });
  if (status === 429) return no('busy');
  if (status === 410) return no('gone');
  if (status >= 300 && status < 400) return no('redirects');
  if (status >= 400 && status < 500) return no('refused');
  return no('broken');
}

/** Trying again is useless: PagerDuty asks for no repeats of what it calls wrong, and who is gone said so. */
const isFinal = (kind: ForwardKind, why: Untaken): boolean =>
  why === 'gone' || why === 'unreadable' || (kind === 'pagerduty' && why === 'refused');

/** What follows a failure: when it is tried again, or null when it is given up. `tries` counts this one. `chance` in [0, 1). */
export function nextTryInMs(
  kind: ForwardKind,
  answer: Extract<Answer, { taken: false }>,
  tries: number,
  chance: number,
): number | null {
  if (isFinal(kind, answer.why)) return null;
  const usual = RETRY_AFTER_MS[tries - 1];
  if (usual === undefined) return null;
  // PagerDuty asks for some minutes after a 429.
  const least = kind === 'pagerduty' && answer.why === 'busy' ? 2 * MINUTE_MS : 0;
  const asked = Math.min(answer.retryAfterMs ?? 0, LONGEST_WAIT_MS);
  return Math.max(Math.round(usual * (1 + 0.2 * chance)), least, asked);
}
