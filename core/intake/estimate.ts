/** What was measured of a tenant's runs just now. */
export interface Throughput {
  /** Runs at work. */
  readonly working: number;
  /** Runs of late that gave their place back, and how long they had held it in all. */
  readonly left: number;
  readonly leftWorkedMs: number;
  /** How long those at work have held theirs so far. */
  readonly soFarMs: number;
}

/** With fewer than these nothing can be said. */
const LEAST = 3;

/**
 * How long until so many places are free, or null where it cannot be said. The rate of one place is what left over all the
 * time that places were held, those still at work included: while everything hangs, the answer grows instead of lying.
 */
export function estimateMs(position: number, t: Throughput): number | null {
  const heldMs = t.leftWorkedMs + t.soFarMs;
  if (position < 1 || t.left < LEAST || t.working < 1 || heldMs <= 0) return null;
  return Math.round((position * heldMs) / (t.left * t.working));
}
