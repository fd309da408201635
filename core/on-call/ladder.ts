import type { PersonId } from '../ids.ts';
import type { Ladder } from '../incident/types.ts';
import { PLACES, type OnCall, type Place } from './types.ts';

/** Each rotation's person on a rung of their own; whoever is on both is asked once, and nobody stands in a gap. */
export function ladderOf(
  now: Readonly<Partial<Record<Place, OnCall>>>,
  managerOver: (asked: readonly PersonId[]) => PersonId | null,
): Ladder {
  const first = now.first?.person ?? null;
  const found = now.second?.person ?? null;
  const second = found === first ? null : found;
  const manager = managerOver([first, second].filter((one) => one !== null));
  const left = PLACES.flatMap((place) => {
    const gone = now[place]?.passedOver ?? [];
    return gone.length === 0 ? [] : [[place, gone] as const];
  });
  return {
    ...{ ...(first ? { first } : {}), ...(second ? { second } : {}), ...(manager ? { manager } : {}) },
    ...(left.length === 0 ? {} : { gone: Object.fromEntries(left) }),
  };
}
