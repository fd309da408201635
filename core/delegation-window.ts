import type { PersonId } from './ids.ts';

/** Between two instants, epoch ms, `to` is asked beside `from`, who is away. */
export interface DelegationWindow {
  readonly from: PersonId;
  readonly to: PersonId;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Longer than anybody is away; whoever leaves for good hands over their roles instead. */
const LONGEST_MS = 366 * 86_400_000;

interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What two windows have in common, or null. One ends as the other begins: nothing. */
function common(a: Stretch, b: Stretch): Stretch | null {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const untilMs = Math.min(a.untilMs, b.untilMs);
  return fromMs < untilMs ? { fromMs, untilMs } : null;
}

/** Does handing on from person to person come back to `end` at any one instant of the stretch. */
function leadsTo(
  end: PersonId,
  at: { readonly person: PersonId; readonly stretch: Stretch },
  windows: readonly DelegationWindow[],
): boolean {
  if (at.person === end) return true;
  return windows.some((window, i) => {
    const stretch = window.from === at.person ? common(at.stretch, window) : null;
    // Each window is gone through once, so this ends.
    return stretch !== null && leadsTo(end, { person: window.to, stretch }, windows.toSpliced(i, 1));
  });
}

export type WhyNoWindow =
  | 'delegate-self'
  | 'time-passed'
  | 'window-backwards'
  | 'window-too-long'
  | 'delegate-overlap'
  | 'delegate-cycle';

/** Why a person may not be away like this, beside the windows that there are; null when they may. */
export function whyNoWindow(
  asked: DelegationWindow,
  known: readonly DelegationWindow[],
  nowMs: number,
): WhyNoWindow | null {
  if (asked.from === asked.to) return 'delegate-self';
  if (asked.untilMs <= nowMs || asked.fromMs < nowMs) return 'time-passed';
  if (asked.untilMs <= asked.fromMs) return 'window-backwards';
  if (asked.untilMs - asked.fromMs > LONGEST_MS) return 'window-too-long';
  if (known.some((one) => one.from === asked.from && common(one, asked) !== null)) return 'delegate-overlap';
  return leadsTo(asked.from, { person: asked.to, stretch: asked }, known) ? 'delegate-cycle' : null;
}
