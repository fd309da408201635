import type { PersonId } from '../ids.ts';
import type { NamedPerson } from '../views.ts';
import type { OnCall, Override, Rotation } from './types.ts';

export interface RotationView {
  readonly rotation: Rotation;
  readonly now: OnCall;
  /** Those that are, or will be, in the order in which they were made. */
  readonly overrides: readonly Override[];
}

/** Who is on call, as far as a card shows it. */
export interface OnCallView {
  readonly nowMs: number;
  /** At most one a place, first before second. */
  readonly rotations: readonly RotationView[];
  /** Who is asked last. */
  readonly manager: PersonId | null;
  readonly people: ReadonlyMap<PersonId, NamedPerson>;
}
