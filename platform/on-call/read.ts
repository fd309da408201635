import type { OverrideId, PersonId, RotationId } from '../../core/ids.ts';
import type { Ladder } from '../../core/incident/types.ts';
import { ladderOf } from '../../core/on-call/ladder.ts';
import { onCallAt } from '../../core/on-call/turns.ts';
import type { OnCall, Override, Place, Rotation } from '../../core/on-call/types.ts';
import type { OnCallView, RotationView } from '../../core/on-call/views.ts';
import type { TenantTx } from '../database.ts';
import { withoutRotation, type WhoIsOnCall } from '../incidents/on-call.ts';
import { DB_NOW_MS } from '../ledger/append.ts';
import { namedPeople } from '../named-people.ts';

const ROTATIONS = `SELECT rotation AS id, place, team, time_zone AS "timeZone", plan FROM on_call_rotations
  WHERE ended_at IS NULL ORDER BY place`;

const OVERRIDES = `SELECT override AS id, rotation, person, (extract(epoch FROM from_at) * 1000)::bigint AS "fromMs",
    (extract(epoch FROM until_at) * 1000)::bigint AS "untilMs" FROM on_call_overrides
  WHERE ended_at IS NULL AND rotation = ANY($1) AND until_at > to_timestamp($2::float8 / 1000) ORDER BY serial`;

const HERE = `SELECT person, manager FROM people WHERE active AND person = ANY($1)`;

type Overridden = Override & { readonly rotation: RotationId };

/** At most one a place, "first" before "second" as the alphabet has it. */
export const openRotations = (tx: TenantTx): Promise<Rotation[]> =>
  tx.rows<Rotation>({ name: 'on_call_rotations', text: ROTATIONS });

/** Those that are not over at an instant, in the order in which they were made. */
export const openOverrides = (
  tx: TenantTx,
  rotations: readonly Pick<Rotation, 'id'>[],
  atMs: number,
): Promise<Overridden[]> =>
  tx.rows<Overridden>({
    name: 'on_call_overrides',
    text: OVERRIDES,
    values: [rotations.map(({ id }) => id), atMs],
  });

export const peopleOf = ({ plan }: Pick<Rotation, 'plan'>): readonly PersonId[] =>
  plan.kind === 'weekly' ? plan.order : plan.shifts.map(({ person }) => person);

/** Those of them who are here, with who is above each. */
export async function thoseHere(
  tx: TenantTx,
  people: readonly PersonId[],
): Promise<ReadonlyMap<PersonId, PersonId | null>> {
  const rows = await tx.rows<{ person: PersonId; manager: PersonId | null }>({
    name: 'on_call_here',
    text: HERE,
    values: [[...new Set(people)]],
  });
  return new Map(rows.map(({ person, manager }) => [person, manager]));
}

const toOverride = ({ id, person, fromMs, untilMs }: Overridden): Override => ({
  ...{ id, person, fromMs, untilMs },
});

async function read(
  tx: TenantTx,
  atMs: number,
): Promise<{ readonly rotations: RotationView[]; readonly ladder: Ladder }> {
  const rotations = await openRotations(tx);
  if (rotations.length === 0) return { rotations: [], ladder: await withoutRotation(tx, atMs) };
  const overrides = await openOverrides(tx, rotations, atMs);
  const named = [...rotations.flatMap(peopleOf), ...overrides.map(({ person }) => person)];
  const here = await thoseHere(tx, named);
  const views = rotations.map((rotation): RotationView => {
    const own = overrides.filter((one) => one.rotation === rotation.id).map(toOverride);
    return {
      rotation,
      overrides: own,
      now: onCallAt(rotation, own, (person) => here.has(person), atMs),
    };
  });
  const now: Partial<Record<Place, OnCall>> = Object.fromEntries(
    views.map((view) => [view.rotation.place, view.now]),
  );
  return { rotations: views, ladder: await withManager(tx, now, here, atMs) };
}

/** Above whoever is asked first, else second: their own manager, else whom `withoutRotation` finds. */
async function withManager(
  tx: TenantTx,
  now: Partial<Record<Place, OnCall>>,
  here: ReadonlyMap<PersonId, PersonId | null>,
  atMs: number,
): Promise<Ladder> {
  const asked = Object.values(ladderOf(now, () => null));
  const above = asked.flatMap((one) => here.get(one) ?? []);
  const present = await thoseHere(tx, above);
  const { manager: any } = await withoutRotation(tx, atMs);
  const candidates = [...above.filter((one) => present.has(one)), ...(any ? [any] : [])];
  return ladderOf(now, (people) => candidates.find((one) => !people.includes(one)) ?? null);
}

/** Who is asked when something is wrong: by the rotations there are, else as before there were any. */
export const whoIsOnCall: WhoIsOnCall = async (tx, atMs) => (await read(tx, atMs)).ladder;

/** Everything that the card shows, by the database's clock. */
export async function viewOnCall(tx: TenantTx): Promise<OnCallView> {
  const row = await tx.row<{ nowMs: number }>({ text: `SELECT ${DB_NOW_MS} AS "nowMs"` });
  const nowMs = row?.nowMs ?? 0;
  const { rotations, ladder } = await read(tx, nowMs);
  const named = rotations.flatMap(({ rotation, now, overrides }) => [
    ...peopleOf(rotation),
    ...now.passedOver,
    ...overrides.map(({ person }) => person),
  ]);
  const manager = ladder.manager ?? null;
  const people = await namedPeople(tx, manager === null ? named : [...named, manager]);
  return { nowMs, rotations, manager, people };
}

const RUNNING = `SELECT override AS id, rotation, person FROM on_call_overrides
  WHERE override = $1 AND ended_at IS NULL AND until_at > clock_timestamp()`;

export const runningOverride = (
  tx: TenantTx,
  override: OverrideId,
): Promise<{ readonly rotation: RotationId; readonly person: PersonId } | null> =>
  tx.row({ text: RUNNING, values: [override] });
