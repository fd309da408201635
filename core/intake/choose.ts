import type { PersonId, RunId, TenantId } from '../ids.ts';

/** A run that waits in line. `rankMs`: when it came, moved by its priority's head start. */
export interface InLine {
  readonly tenant: TenantId;
  readonly person: PersonId;
  readonly agent: string;
  readonly run: RunId;
  readonly rankMs: number;
}

/** So many runs of a person's are at work. */
export interface AtWork {
  readonly tenant: TenantId;
  readonly person: PersonId;
  readonly agent: string;
  readonly working: number;
}

export interface TenantTerms {
  readonly tenant: TenantId;
  readonly share: number;
  /** Where its turns have come to: grows by 1/share with each run. Only compared while places are equal. */
  readonly pass: number;
  readonly working: number;
  readonly personWorking: number;
  /** Agents with a limit of their own; 0 for one that may not start just now. */
  readonly agents: ReadonlyMap<string, number>;
}

export interface Crowd {
  readonly waiting: readonly InLine[];
  readonly working: readonly AtWork[];
  /** When each person was last admitted, epoch ms; missing: never. */
  readonly served: readonly { readonly tenant: TenantId; readonly person: PersonId; readonly atMs: number }[];
  readonly tenants: readonly TenantTerms[];
  /** Runs at work at once in the whole deployment. */
  readonly places: number;
}

export interface Chosen {
  /** In the order in which their turns came. */
  readonly runs: readonly InLine[];
  /** New values of the tenants that had a turn. */
  readonly passes: ReadonlyMap<TenantId, number>;
}

interface PersonSide {
  readonly id: PersonId;
  readonly lines: Map<string, InLine[]>;
  working: number;
  served: number;
}

interface TenantSide {
  readonly terms: TenantTerms;
  readonly people: Map<PersonId, PersonSide>;
  readonly agents: Map<string, number>;
  working: number;
  pass: number;
}

/** The last tenth of many places is kept for those who have none at work, so that a flood never makes them wait. */
export const reserveOf = (places: number): number => Math.floor(places / 10);

/** May one more begin where `used` of `places` are taken. */
const hasPlace = (places: number, used: number, own: number): boolean =>
  places === Infinity || used < (own === 0 ? places : places - reserveOf(places));

const grown = <K>(counts: Map<K, number>, key: K, by: number): unknown =>
  counts.set(key, (counts.get(key) ?? 0) + by);

function personOf(side: TenantSide, id: PersonId): PersonSide {
  const known = side.people.get(id);
  if (known) return known;
  const made: PersonSide = { id, lines: new Map(), working: 0, served: 0 };
  side.people.set(id, made);
  return made;
}

const earlier = (a: InLine, b: InLine): number =>
  a.rankMs - b.rankMs || (a.run < b.run ? -1 : a.run > b.run ? 1 : 0);

function sidesOf({ waiting, working, served, tenants }: Crowd): Map<TenantId, TenantSide> {
  const sides = new Map<TenantId, TenantSide>();
  for (const terms of tenants)
    sides.set(terms.tenant, { terms, people: new Map(), agents: new Map(), working: 0, pass: terms.pass });
  for (const { tenant, person, agent, working: n } of working) {
    const side = sides.get(tenant);
    if (!side) continue;
    side.working += n;
    grown(side.agents, agent, n);
    personOf(side, person).working += n;
  }
  for (const { tenant, person, atMs } of served) {
    const side = sides.get(tenant);
    if (side) personOf(side, person).served = atMs;
  }
  // Latest first, so that the head is popped from the end.
  for (const one of [...waiting].sort(earlier).reverse()) {
    const side = sides.get(one.tenant);
    if (!side) continue;
    const { lines } = personOf(side, one.person);
    const line = lines.get(one.agent);
    if (line) line.push(one);
    else lines.set(one.agent, [one]);
  }
  return sides;
}

/** The earliest run of a person whose agent may begin one more. */
function headOf({ terms, agents }: TenantSide, person: PersonSide): InLine | null {
  let first: InLine | null = null;
  for (const [agent, line] of person.lines) {
    const head = line.at(-1);
    if (!head || (agents.get(agent) ?? 0) >= (terms.agents.get(agent) ?? Infinity)) continue;
    if (!first || earlier(head, first) < 0) first = head;
  }
  return first;
}

/** Who is next within a tenant: fewest at work, then whose turn was longest ago, then whose run is the earliest. */
function nextIn(side: TenantSide): { person: PersonSide; run: InLine } | null {
  let best: { person: PersonSide; run: InLine } | null = null;
  for (const person of side.people.values()) {
    if (person.lines.size === 0 || person.working >= side.terms.personWorking) continue;
    if (!hasPlace(side.terms.working, side.working, person.working)) continue;
    if (
      best &&
      (person.working > best.person.working ||
        (person.working === best.person.working && person.served > best.person.served))
    )
      continue;
    const run = headOf(side, person);
    if (!run) continue;
    const better =
      !best ||
      person.working < best.person.working ||
      person.served < best.person.served ||
      earlier(run, best.run) < 0;
    if (better) best = { person, run };
  }
  return best;
}

/** Fewest places for its share first; while these are equal, whose turns are behind. */
const sooner = (a: TenantSide, b: TenantSide): boolean => {
  const [placesA, placesB] = [a.working / a.terms.share, b.working / b.terms.share];
  if (placesA !== placesB) return placesA < placesB;
  return a.pass !== b.pass ? a.pass < b.pass : a.terms.tenant < b.terms.tenant;
};

/**
 * Which runs may begin now, `most` at most: fair between tenants by their shares, within a tenant between its people, and
 * within a person's runs by priority and age. Pure; the same crowd gives the same choice.
 */
export function choose(crowd: Crowd, most: number): Chosen {
  const sides = [...sidesOf(crowd).values()];
  const passes = new Map<TenantId, number>();
  const runs: InLine[] = [];
  let used = sides.reduce((sum, { working }) => sum + working, 0);
  // The start of the turn that came last: who was away takes up here, with neither credit nor debt.
  let now = Math.max(0, ...crowd.tenants.map(({ pass, share }) => pass - 1 / share));
  let turn = Math.max(0, ...crowd.served.map(({ atMs }) => atMs));
  // Whoever has nobody to send now has none later in this choice either: places are only taken in it.
  let asking = sides;
  while (runs.length < most) {
    let best: { side: TenantSide; next: NonNullable<ReturnType<typeof nextIn>> } | null = null;
    const still: TenantSide[] = [];
    for (const side of asking) {
      if (!hasPlace(crowd.places, used, side.working)) continue;
      if (best && !sooner(side, best.side)) {
        still.push(side);
        continue;
      }
      const next = nextIn(side);
      if (!next) continue;
      still.push(side);
      best = { side, next };
    }
    asking = still;
    if (!best) break;
    const { side, next } = best;
    take(side, next, ++turn);
    const start = Math.max(side.pass, now);
    side.pass = start + 1 / side.terms.share;
    now = Math.max(now, start);
    used += 1;
    runs.push(next.run);
    passes.set(side.terms.tenant, side.pass);
  }
  return { runs, passes };
}

function take(side: TenantSide, { person, run }: { person: PersonSide; run: InLine }, turn: number): void {
  const line = person.lines.get(run.agent);
  line?.pop();
  if (line?.length === 0) person.lines.delete(run.agent);
  person.working += 1;
  person.served = turn;
  side.working += 1;
  grown(side.agents, run.agent, 1);
}

/** The order in which the waiting runs of one tenant would begin, were nothing else to come. */
export function orderOf(
  { waiting, working, served }: Pick<Crowd, 'waiting' | 'working' | 'served'>,
  tenant: TenantId,
): readonly InLine[] {
  const terms: TenantTerms = {
    ...{ tenant, share: 1, pass: 0, working: Infinity, personWorking: Infinity },
    agents: new Map(),
  };
  return choose({ waiting, working, served, tenants: [terms], places: Infinity }, waiting.length).runs;
}
