import type { PersonId } from '../ids.ts';
import type { Ladder } from '../incident/types.ts';
import type { OnCall, Place } from './types.ts';

/** Each rotation's person on a rung of their own; whoever is on both is asked once, and nobody stands in a gap. */
export function ladderOf(
  now: Readonly<Partial<Record<Place, OnCall>>>,
  managerOver: (asked: readonly PersonId[]) => PersonId | null,
): Ladder {
  const first = now.first?.person ?? null;
  const found = now.second?.person ?? null;
  const second = found === first ? null : found;
  const manager = managerOver([first, second].filter((one) => one !== null));
  return { ...(first ? { first } : {}), ...(second ? { second } : {}), ...(manager ? { manager } : {}) };
}
