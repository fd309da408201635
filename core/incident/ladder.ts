import { ESCALATE_AFTER_MS } from './limits.ts';
import { LADDER, type Asked, type HappenedDetail, type IncidentState, type Ladder } from './types.ts';

/** The lowest rung on which somebody stands; on an empty ladder nobody is asked, and the card says so. */
export function firstAsked(ladder: Ladder, atMs: number): Asked {
  for (const rung of LADDER) {
    const person = ladder[rung];
    if (person !== undefined) return { rung, person, atMs, triedAtMs: atMs };
  }
  return { rung: LADDER[0], person: null, atMs, triedAtMs: atMs };
}

/**
 * The next above whoever was asked last: somebody else, by the ladder of now. Null at its end. When nobody could be asked
 * before, whoever has come meanwhile is next.
 */
export function nextAsked({ asked }: IncidentState, ladder: Ladder, atMs: number): Asked | null {
  if (asked.person === null) {
    const first = firstAsked(ladder, atMs);
    return first.person === null ? null : first;
  }
  for (const rung of LADDER.slice(LADDER.indexOf(asked.rung) + 1)) {
    const person = ladder[rung];
    if (person !== undefined && person !== asked.person) return { rung, person, atMs, triedAtMs: atMs };
  }
  return null;
}

/** Whom what happened calls, for its detail; nothing where nobody is there. */
export const calls = ({ person, rung }: Asked): HappenedDetail => (person === null ? {} : { person, rung });

/** Is it anybody's turn to be woken: nobody has taken it on, nobody asked for silence, and it is not over just now. */
const isPressing = ({ status, silence, clearSinceMs }: IncidentState): boolean =>
  status === 'open' && silence === null && clearSinceMs === null;

/** When the next one is asked unless somebody acknowledges; null when the clock asks nobody. */
export function escalatesAtMs(state: IncidentState): number | null {
  const afterMs = ESCALATE_AFTER_MS[state.severity];
  if (afterMs === null || !isPressing(state) || state.asked.rung === 'manager') return null;
  return state.asked.triedAtMs + afterMs;
}
