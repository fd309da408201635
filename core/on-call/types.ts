import type { OverrideId, PersonId, RotationId } from '../ids.ts';

/** Two rotations at once: who is asked first, and who is asked second. */
export const PLACES = ['first', 'second'] as const;
export type Place = (typeof PLACES)[number];

/** Between two instants, epoch ms; the later one is no part of it. */
export interface Shift {
  readonly person: PersonId;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** One after another, each from one hand-over to the next, by the clocks of the rotation's place. */
export interface WeeklyPlan {
  readonly kind: 'weekly';
  /** The first hand-over, e.g. 2026-11-23 and 09:00: the first in `order` begins, and it comes back every seven days. */
  readonly startsOn: string;
  readonly time: string;
  readonly order: readonly PersonId[];
}

/** Shifts as a calendar had them: in order, never two at once; between them nobody. */
export interface ShiftsPlan {
  readonly kind: 'shifts';
  readonly shifts: readonly Shift[];
}

export type Plan = WeeklyPlan | ShiftsPlan;

export interface Rotation {
  readonly id: RotationId;
  readonly place: Place;
  /** Whose it is: a Manager of this team may change it. */
  readonly team: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly plan: Plan;
}

/** Somebody takes the rotation's place for a while. */
export interface Override extends Shift {
  readonly id: OverrideId;
}

/** Is this person still here. Whoever left is passed over. */
export type IsHere = (person: PersonId) => boolean;

export interface OnCall {
  /** Null: nobody. */
  readonly person: PersonId | null;
  /** When somebody else takes over, or nobody; null when nothing changes as far as is known. */
  readonly untilMs: number | null;
  /** Who is on call then; null: nobody, or nothing changes. */
  readonly next: PersonId | null;
  /** Whose turn it would be now, had they not left. */
  readonly passedOver: readonly PersonId[];
  /** By an override, not by the plan. */
  readonly override: OverrideId | null;
}
