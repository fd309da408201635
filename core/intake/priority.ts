export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const isPriority = (said: string): said is Priority =>
  (PRIORITIES as readonly string[]).includes(said);

/**
 * How much sooner or later than it came a run counts as having come. A line is sorted by that instant, so a run grows older
 * like any other: nothing that comes more than 45 minutes after a low one passes it, however high.
 */
export const HEAD_START_MS: Readonly<Record<Priority, number>> = {
  high: 15 * 60_000,
  normal: 0,
  low: -30 * 60_000,
};
