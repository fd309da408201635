import { ESCALATE_AFTER_MS } from './limits.ts';
import {
  LADDER,
  type Asked,
  type HappenedDetail,
  type IncidentState,
  type Ladder,
  type Rung,
} from './types.ts';
import { PersonId } from '../ids.ts';

/** The first of these rungs on which somebody stands who was not asked just before, and who left from it or below. */
function askedOn(
  rungs: readonly Rung[],
  ladder: Ladder,
  { atMs, but = null }: { readonly atMs: number; readonly but?: PersonId | null },
): Asked | null {
  const gone: PersonId[] = [];
  for (const rung of rungs) {
    gone.push(...(ladder.gone?.[rung] ?? []));
    const person = ladder[rung];
    if (person === undefined || person === but) continue;
    const insteadOf = gone.length === 0 ? {} : { insteadOf: [...new Set(gone)] };
    return { rung, person, atMs, triedAtMs: atMs, ...insteadOf };
  }
  return null;
}

/** The lowest rung on which somebody stands; on an empty ladder nobody is asked, and the card says so. */
export const firstAsked = (ladder: Ladder, atMs: number): Asked =>
  askedOn(LADDER, ladder, { atMs }) ?? { rung: LADDER[0], person: null, atMs, triedAtMs: atMs };

/**
 * The next above whoever was asked last: somebody else, by the ladder of now. Null at its end. When nobody could be asked
 * before, whoever has come meanwhile is next.
 */
export function nextAsked({ asked }: IncidentState, ladder: Ladder, atMs: number): Asked | null {
  if (asked.person === null) return askedOn(LADDER, ladder, { atMs });
  const above = LADDER.slice(LADDER.indexOf(asked.rung) + 1);
  return askedOn(above, ladder, { atMs, but: asked.person });
}

/** Whom what happened calls, for its detail, and who left; nothing where nobody is there. */
export const calls = ({ person, rung, insteadOf }: Asked): HappenedDetail =>
  person === null ? {} : { person, rung, ...(insteadOf ? { insteadOf: insteadOf.join(' ') } : {}) };

/** Who left, of what `calls` said. */
export const goneIn = ({ insteadOf }: HappenedDetail): PersonId[] =>
  String(insteadOf ?? '')
    .split(' ')
    .flatMap((one) => PersonId.safeParse(one).data ?? []);

/** Is it anybody's turn to be woken: nobody has taken it on, nobody asked for silence, and it is not over just now. */
const isPressing = ({ status, silence, clearSinceMs }: IncidentState): boolean =>
  status === 'open' && silence === null && clearSinceMs === null;

/** When the next one is asked unless somebody acknowledges; null when the clock asks nobody. */
export function escalatesAtMs(state: IncidentState): number | null {
  const afterMs = ESCALATE_AFTER_MS[state.severity];
  if (afterMs === null || !isPressing(state) || state.asked.rung === 'manager') return null;
  return state.asked.triedAtMs + afterMs;
}
