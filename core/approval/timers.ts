import type { ApprovalContext, ApprovalState, Transitioned } from './types.ts';
import type { PersonId } from '../ids.ts';
import { isQuestion } from '../person-question.ts';
import { tallyOf } from '../sentences.ts';
import { afterCounted, countedMs } from '../working-time.ts';
import { changed, moved, unchanged } from './outcome.ts';

/**
 * Questions may hold the clock for this long in all, over the whole lineage of edits: of the approval's own time, which
 * runs in its policy's working hours only, where it has any.
 */
export const LONGEST_PAUSE_MS = 24 * 3_600_000;

const hoursOf = (state: ApprovalState) => state.policy.requirement.workingHours;

/** How much of the approval's own time questions have held up to now, in ms. */
export function pausedMs(state: ApprovalState, nowMs: number): number {
  const open = state.pausedSinceMs === null ? 0 : countedMs(hoursOf(state), state.pausedSinceMs, nowMs);
  return Math.min(LONGEST_PAUSE_MS, state.pausedTotalMs + open);
}

/** Time that counts towards reminders, escalation and expiry, in ms. */
const elapsedMs = (state: ApprovalState, nowMs: number): number =>
  Math.max(0, countedMs(hoursOf(state), state.createdAtMs, nowMs) - pausedMs(state, nowMs));

/** When something due after `afterMs` of counted time falls, if a question that is open now stays open. */
function fallsAt(state: ApprovalState, nowMs: number, afterMs: number): number {
  const left = afterMs - elapsedMs(state, nowMs);
  const stillHeld = left > 0 && state.pausedSinceMs !== null ? LONGEST_PAUSE_MS - pausedMs(state, nowMs) : 0;
  return left > 0 ? afterCounted(hoursOf(state), nowMs, stillHeld + left) : nowMs + left;
}

export interface Deadlines {
  /** When the senior group is asked too; what a card calls "decide by". */
  readonly escalatesAtMs: number;
  readonly expiresAtMs: number;
  /** Approved only: when it lapses unless it ran. */
  readonly lapsesAtMs: number | null;
  readonly paused: boolean;
}

/** The instants that a card names, epoch ms; while a question is open, as they would be if answered now. */
export const deadlines = (state: ApprovalState, nowMs: number): Deadlines =>
  withPause(state, nowMs, pausedMs(state, nowMs));

/** The same, should the question that is open stay open for as long as questions may hold the clock. */
export const latestDeadlines = (state: ApprovalState, nowMs: number): Deadlines =>
  withPause(state, nowMs, LONGEST_PAUSE_MS);

function withPause(state: ApprovalState, nowMs: number, paused: number): Deadlines {
  const { escalateAfterMs, expireAfterMs, executeWithinMs } = state.policy.requirement;
  const after = (ms: number): number => afterCounted(hoursOf(state), state.createdAtMs, paused + ms);
  return {
    escalatesAtMs: after(escalateAfterMs),
    expiresAtMs: after(expireAfterMs),
    lapsesAtMs:
      state.status === 'approved' && state.decidedAtMs !== null ? state.decidedAtMs + executeWithinMs : null,
    paused: state.pausedSinceMs !== null && pausedMs(state, nowMs) < LONGEST_PAUSE_MS,
  };
}

/** Pending, and its time is up by this clock, whether or not a timer fired. */
export const pastDeadline = (state: ApprovalState, nowMs: number): boolean =>
  elapsedMs(state, nowMs) >= state.policy.requirement.expireAfterMs;

/** Approved, and too late to run by this clock. */
export const pastExecution = (state: ApprovalState, nowMs: number): boolean =>
  nowMs >= (state.decidedAtMs ?? 0) + state.policy.requirement.executeWithinMs;

export interface Timer {
  readonly kind: 'reminder' | 'escalation' | 'expiry' | 'lapse' | 'snooze-end';
  readonly atMs: number;
  /** From `nowMs`; zero when it is due already. */
  readonly inMs: number;
}

/** What the clock will do next, or null when it will do nothing. A snooze moves none of it, and ends by itself. */
export function nextTimer(state: ApprovalState, nowMs: number): Timer | null {
  const timer = (kind: Timer['kind'], atMs: number): Timer => ({
    kind,
    atMs,
    inMs: Math.max(0, atMs - nowMs),
  });
  if (state.status === 'approved') {
    const { lapsesAtMs } = deadlines(state, nowMs);
    return lapsesAtMs === null ? null : timer('lapse', lapsesAtMs);
  }
  if (state.status !== 'pending') return null;
  const { remindAfterMs, escalateAfterMs, expireAfterMs } = state.policy.requirement;
  const reminder = [...remindAfterMs].sort((a, b) => a - b)[state.reminders];
  const all = [timer('expiry', fallsAt(state, nowMs, expireAfterMs))];
  if (state.escalatedAtMs === null) all.push(timer('escalation', fallsAt(state, nowMs, escalateAfterMs)));
  if (reminder !== undefined) all.push(timer('reminder', fallsAt(state, nowMs, reminder)));
  for (const { untilMs, ended } of state.snoozes) if (!ended) all.push(timer('snooze-end', untilMs));
  return all.reduce((first, t) => (t.atMs < first.atMs ? t : first));
}

/** The state after its deadline passed. */
export const expired = (state: ApprovalState, nowMs: number): ApprovalState => ({
  ...state,
  version: state.version + 1,
  status: 'expired',
  decidedAtMs: nowMs,
  pausedTotalMs: pausedMs(state, nowMs),
  pausedSinceMs: null,
});

/** The state after an approved action could not run any more. */
export const lapsed = (state: ApprovalState, nowMs: number, reason: string): ApprovalState => ({
  ...state,
  version: state.version + 1,
  status: 'lapsed',
  closed: { by: null, reason, atMs: nowMs },
});

/** Until when this person is left in peace, or null when they are not. */
export const snoozedUntil = ({ snoozes }: ApprovalState, person: PersonId, nowMs: number): number | null =>
  snoozes.find((s) => s.person === person && !s.ended && s.untilMs > nowMs)?.untilMs ?? null;

/** Applies whatever is due by the context's clock: reminders, escalation and ends of snoozes together, else expiry or lapse. */
export function onTimer(state: ApprovalState, ctx: ApprovalContext): Transitioned {
  const { nowMs } = ctx;
  if (state.status === 'approved' && pastExecution(state, nowMs))
    return moved(lapsed(state, nowMs, 'lapsed'), 'lapsed');
  if (state.status !== 'pending') return unchanged(state, 'nothing-due');
  if (pastDeadline(state, nowMs))
    return moved(expired(state, nowMs), 'expired', isQuestion(state.action) ? {} : { ...tallyOf(state) });
  const { remindAfterMs, escalateAfterMs } = state.policy.requirement;
  const elapsed = elapsedMs(state, nowMs);
  const reminders = Math.max(state.reminders, remindAfterMs.filter((ms) => ms <= elapsed).length);
  const escalate = state.escalatedAtMs === null && escalateAfterMs <= elapsed;
  const reminded = reminders !== state.reminders;
  const wakes = state.snoozes.some((s) => !s.ended && s.untilMs <= nowMs);
  if (!reminded && !escalate && !wakes) return unchanged(state, 'nothing-due');
  const escalatedAtMs = escalate ? nowMs : state.escalatedAtMs;
  const snoozes = state.snoozes.map((s) => (s.untilMs <= nowMs ? { ...s, ended: true as const } : s));
  const what = escalate ? 'escalated' : reminded ? 'reminded' : 'snooze-ended';
  return changed(state, { reminders, escalatedAtMs, ...(wakes ? { snoozes } : {}) }, what);
}
