import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionDigest } from '../action.ts';
import type { PersonId } from '../ids.ts';
import type { Delegation, Person, Role } from '../people.ts';
import type { Requirement, Selector } from '../policy-types.ts';
import { advance } from './advance.ts';
import { apr, asks, HOUR, id, IN_STAGES, opened, PEOPLE, START } from './examples.ts';
import type { ApprovalContext, ApprovalEvent, ApprovalState, ApprovalStatus } from './types.ts';

/** A world in which everything may change between two events: time, roles, policy, delegations, pauses. */
interface World {
  nowMs: number;
  people: Map<PersonId, Person>;
  delegations: Delegation[];
  requirementNow: Requirement | null;
  riskNow: 'low' | 'high';
  paused: boolean;
  stopped: boolean;
}

type Move =
  | { do: 'wait'; hours: number }
  | { do: 'roles'; who: string; roles: Role[] }
  | { do: 'policy'; requirement: Requirement | null; risk: 'low' | 'high' }
  | { do: 'stand-in'; from: string; to: string; createdBy: string }
  | { do: 'switch'; paused: boolean; stopped: boolean }
  | { do: 'event'; kind: ApprovalEvent['kind']; who: string; other: string; n: number; stale: boolean };

const NAMES = PEOPLE.map((p) => p.name);
const SHAPES: readonly Requirement[] = [
  asks(1),
  asks(2),
  asks(3),
  IN_STAGES,
  asks(1, { breakGlass: true, grants: true }),
  asks(2, { stages: [{ name: 'finance', quorum: 1, who: [{ kind: 'group', group: 'finance' }] }] }),
];
/** How often each event comes: most stories should get as far as an action. */
const OFTEN: Readonly<Record<ApprovalEvent['kind'], number>> = {
  approve: 40,
  decline: 1,
  edit: 3,
  respond: 1,
  ask: 1,
  answer: 1,
  delegate: 2,
  snooze: 1,
  'break-glass': 2,
  grant: 1,
  cancel: 1,
  undeliverable: 1,
  timer: 5,
  'execute-begin': 14,
  'execute-retry': 2,
  'execute-done': 6,
  'execute-failed': 2,
  'execute-unknown': 2,
  compensated: 6,
};
const KINDS = (Object.keys(OFTEN) as ApprovalEvent['kind'][]).flatMap((kind) =>
  Array.from({ length: OFTEN[kind] }, () => kind),
);

const name = fc.oneof(fc.constantFrom(...NAMES), fc.constantFrom('ada', 'ben', 'sofia', 'mara', 'fay'));
const event = fc.record({
  do: fc.constant('event' as const),
  kind: fc.constantFrom(...KINDS),
  who: name,
  other: name,
  n: fc.nat(4),
  stale: fc.integer({ min: 0, max: 9 }).map((x) => x === 0),
});
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: event },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      hours: fc.constantFrom(0, 0, 0, 1, 1, 5, 5, 30, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('roles' as const),
      who: name,
      roles: fc.subarray(['operator', 'approver', 'manager', 'admin'] as Role[]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('policy' as const),
      requirement: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...SHAPES) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
      risk: fc.constantFrom('low' as const, 'low' as const, 'high' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('stand-in' as const), from: name, to: name, createdBy: name }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('switch' as const),
      paused: fc.integer({ min: 0, max: 4 }).map((x) => x === 0),
      stopped: fc.integer({ min: 0, max: 4 }).map((x) => x === 0),
    }),
  },
);

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
};

const contextOf = (w: World): ApprovalContext => ({
  nowMs: w.nowMs,
  requirementNow: w.requirementNow,
  riskNow: w.riskNow,
  people: w.people,
  delegations: w.delegations,
  agentPaused: w.paused,
  tenantStopped: w.stopped,
});

function eventOf(s: ApprovalState, m: Extract<Move, { do: 'event' }>, all: readonly ApprovalState[], w: World): ApprovalEvent {
  const shown = m.stale ? all[0]!.actionDigest : s.actionDigest;
  const click = { by: id(m.who), via: 'slack' as const, actionDigest: shown, cardDigest: null };
  const questionId = `q${m.n}`;
  switch (m.kind) {
    case 'approve': return { kind: m.kind, ...click, comment: null };
    case 'decline': return { kind: m.kind, ...click, reason: 'no' };
    case 'edit': return {
      kind: m.kind, ...click, args: { claim: 'CLM-0847', n: m.n }, comment: null, successor: apr(all.length + 1),
      successorAmount: null, successorRisk: w.riskNow,
      successorRequirement: { id: 'p', version: 2, requirement: w.requirementNow ?? asks(2) },
    };
    case 'respond': return { kind: m.kind, ...click, value: true, reason: 'so' };
    case 'ask': case 'answer': return { kind: m.kind, by: id(m.who), questionId, text: 'text' };
    case 'delegate': return { kind: m.kind, by: id(m.who), to: id(m.other) };
    case 'snooze': return { kind: m.kind, by: id(m.who), untilMs: w.nowMs + m.n * HOUR };
    case 'break-glass': return { kind: m.kind, by: id(m.who), via: 'slack', actionDigest: shown, reason: 'flood' };
    case 'grant': return { kind: m.kind, grant: 'grt_1' };
    case 'cancel': return { kind: m.kind, by: m.n === 0 ? null : id(m.who), reason: 'stop' };
    case 'execute-begin': return { kind: m.kind, actionDigest: shown, preconditionsHold: m.n !== 0 };
    case 'execute-done': return { kind: m.kind, summary: `paid ${m.n}`, reference: null };
    case 'execute-failed': case 'execute-unknown': case 'compensated': return { kind: m.kind, summary: `${m.n}` };
    case 'undeliverable': case 'timer': case 'execute-retry': return { kind: m.kind };
  }
} // prettier-ignore

function shift(w: World, m: Exclude<Move, { do: 'event' }>): void {
  switch (m.do) {
    case 'wait':
      w.nowMs += m.hours * HOUR;
      return;
    case 'roles':
      w.people = new Map(w.people).set(id(m.who), { ...w.people.get(id(m.who))!, roles: m.roles });
      return;
    case 'policy':
      w.requirementNow = m.requirement;
      w.riskNow = m.risk;
      return;
    case 'stand-in':
      w.delegations = [...w.delegations, {
        from: id(m.from), to: id(m.to), fromMs: w.nowMs, untilMs: w.nowMs + 50 * HOUR, createdBy: id(m.createdBy), createdAtMs: w.nowMs,
      }]; // prettier-ignore
      return;
    case 'switch':
      w.paused = m.paused;
      w.stopped = m.stopped;
  }
}

// ---- an oracle that shares no line with the machine -------------------------------------------------------------

/** Named by one of the selectors and permitted by the roles table as it is written in the design. */
function oracleCounts(
  person: Person | undefined,
  who: readonly Selector[],
  s: ApprovalState,
  w: World,
): boolean {
  if (!person || !person.active || person.id === s.requester) return false;
  const named = who.some(
    (x) =>
      (x.kind === 'group' && x.group === person.team) ||
      (x.kind === 'role' && person.roles.includes(x.role)) ||
      (x.kind === 'person' && x.person === person.id),
  );
  const requesterTeam = w.people.get(s.requester)!.team;
  const roles =
    person.roles.includes('approver') ||
    person.roles.includes('admin') ||
    (person.roles.includes('manager') && person.team === requesterTeam);
  const seeded = w.delegations.some(
    (d) =>
      d.to === person.id &&
      (d.from === s.requester || d.createdBy === s.requester) &&
      d.createdAtMs <= (s.decidedAtMs ?? Infinity),
  );
  return named && roles && !seeded;
}

/** Can these people fill all seats, each sitting once: tried out one seat after the other. */
function oracleFills(
  people: readonly PersonId[],
  seats: readonly (readonly Selector[])[],
  s: ApprovalState,
  w: World,
): boolean {
  const [seat, ...rest] = seats;
  if (!seat) return true;
  return people.some(
    (p) =>
      oracleCounts(w.people.get(p), seat, s, w) &&
      oracleFills(
        people.filter((x) => x !== p),
        rest,
        s,
        w,
      ),
  );
}

function oracleQuorum(s: ApprovalState, r: Requirement, risk: 'low' | 'high', w: World): boolean {
  const seats = r.stages.flatMap((stage, i) => {
    const more = risk === 'high' && i === r.stages.length - 1 ? 1 : 0;
    const who = s.escalatedAtMs === null ? stage.who : [...stage.who, ...r.escalateTo];
    return Array.from({ length: stage.quorum + more }, () => who);
  });
  const signers = s.signatures.map((x) => x.person);
  const anyone = seats.flat();
  const someNonEditor = signers.some(
    (p) => !s.editors.includes(p) && oracleCounts(w.people.get(p), anyone, s, w),
  );
  return someNonEditor && oracleFills(signers, seats, s, w);
}

function oracleApproved(s: ApprovalState, w: World): boolean {
  const now = w.requirementNow;
  if (!now) return false;
  if (s.breakGlass)
    return (
      s.policy.requirement.breakGlass && now.breakGlass && s.breakGlass.person !== s.requester &&
      !s.editors.includes(s.breakGlass.person) && w.people.get(s.breakGlass.person)!.roles.includes('admin')
    ); // prettier-ignore
  if (s.grant !== null)
    return s.effect === 'reversible' && s.risk === 'low' && s.policy.requirement.grants && now.grants;
  const risk = s.risk === 'high' || w.riskNow === 'high' ? 'high' : 'low';
  return oracleQuorum(s, s.policy.requirement, s.risk, w) && oracleQuorum(s, now, risk, w);
}

const AFTER: Readonly<Record<ApprovalStatus, readonly ApprovalStatus[]>> = {
  pending: ['pending', 'approved', 'declined', 'expired', 'cancelled', 'superseded', 'undeliverable'],
  // Only a question is ever answered, and none of these is one.
  answered: [],
  approved: ['cancelled', 'lapsed', 'executing'],
  executing: ['executing', 'executed', 'failed', 'unknown'],
  executed: ['compensated'],
  declined: [], expired: [], cancelled: [], superseded: [], undeliverable: [], failed: [], unknown: [],
  compensated: [], lapsed: [],
}; // prettier-ignore

interface Story {
  lineage: ApprovalState[];
  begun: number;
  /** Statuses after each accepted change, over the whole lineage. */
  ways: ApprovalStatus[];
}

/** Plays the moves and holds every step against the promises. */
function play(start: ApprovalState, moves: readonly Move[], people: readonly Person[] = PEOPLE): Story {
  const w: World = {
    nowMs: START,
    people: new Map(people.map((p) => [p.id, p])),
    delegations: [],
    requirementNow: start.policy.requirement,
    riskNow: start.risk,
    paused: false,
    stopped: false,
  };
  const story: Story = { lineage: [freeze(start)], begun: 0, ways: [] };
  for (const m of moves) {
    if (m.do === 'event') playEvent(story, m, w);
    else shift(w, m);
  }
  return story;
}

function playEvent(story: Story, m: Extract<Move, { do: 'event' }>, w: World): void {
  // now and then somebody presses a button of an approval that an edit replaced
  const index = m.stale ? 0 : story.lineage.length - 1;
  const before = story.lineage[index]!;
  const sent = eventOf(before, m, story.lineage, w);
  const result = freeze(advance(before, sent, contextOf(w)));
  const after = result.ok ? result.state : (result.moved ?? before);
  if (!result.ok && result.moved) expect(['expired', 'lapsed']).toContain(result.moved.status);
  if (result.ok && result.duplicate) {
    expect(result.state).toBe(before);
    expect(result.successor).toBeNull();
  }
  if (after === before) return;
  expect(after.version).toBe(before.version + 1);
  expect(AFTER[before.status]).toContain(after.status);
  story.lineage[index] = after;
  story.ways.push(after.status);
  if (result.ok && result.successor) {
    expect(after.status).toBe('superseded');
    expect(result.successor).toMatchObject({ root: before.root, status: 'pending', version: 1 });
    story.lineage.push(result.successor);
  }
  if (after.status === 'approved' && before.status === 'pending') {
    expect(oracleApproved(after, w), 'approved without a quorum').toBe(true);
    expect(w.paused || w.stopped).toBe(false);
  }
  if (before.status === 'approved' && after.status === 'executing') {
    story.begun += 1;
    expect(oracleApproved(before, w), 'begun without a quorum').toBe(true);
    expect(actionDigest(after.action)).toBe(after.actionDigest);
    expect(w.paused || w.stopped).toBe(false);
    expect(w.nowMs).toBeLessThan(before.decidedAtMs! + before.policy.requirement.executeWithinMs);
  }
  for (const s of [after, ...(result.ok && result.successor ? [result.successor] : [])]) {
    const signers = s.signatures.map((x) => x.person);
    expect(new Set(signers).size).toBe(signers.length);
    expect([
      ...signers,
      ...s.signatures.map((x) => x.onBehalfOf),
      s.breakGlass?.person,
      s.declined?.person,
    ]).not.toContain(s.requester);
    if (s.status === 'pending' || s.status === 'approved') expect(s.declined).toBeNull();
    if (s.execution) expect(story.begun).toBe(1);
  }
}

const start = fc
  .record({
    shape: fc.constantFrom(...SHAPES),
    effect: fc.constantFrom('reversible' as const, 'irreversible' as const),
    risk: fc.constantFrom('low' as const, 'low' as const, 'high' as const),
    requester: fc.constantFrom('robin', 'olga', 'ada', 'ines'),
  })
  .map(({ shape, requester, ...rest }) => opened(shape, { ...rest, requester: id(requester) }));

/** A mutation run plays these once for each mutant that they reach, so it asks for a share of the examples. */
const runs = (all: number): number => Math.ceil(all * Number(process.env['PROPERTY_SHARE'] ?? 1));

describe('in any order, with any duplication, whatever changes in between', () => {
  it('an approval has one outcome at most, never without a quorum, never by the requester, and runs once at most', () => {
    const reached = new Set<ApprovalStatus>();
    fc.assert(
      fc.property(start, fc.array(move, { minLength: 10, maxLength: 60, size: 'max' }), (first, moves) => {
        const story = play(first, moves);
        expect(story.begun).toBeLessThanOrEqual(1);
        expect(story.lineage.slice(0, -1).every((s) => s.status === 'superseded')).toBe(true);
        story.ways.forEach((status) => reached.add(status));
      }),
      { numRuns: runs(1500) },
    );
    // a property that never gets anywhere proves nothing
    // an answer ends questions only: a request to sign never gets there
    expect(reached).not.toContain('answered');
    for (const status of Object.keys(AFTER).filter((one) => one !== 'answered'))
      expect(reached).toContain(status);
  });

  it('every delivery may be repeated: each event sent twice in a row changes nothing the second time', () => {
    fc.assert(
      fc.property(start, fc.array(event, { minLength: 1, maxLength: 25 }), (first, events) => {
        const once = play(first, events);
        // the machine hands out a successor's id from outside, so that an edit sent again names another
        const twice = play(
          first,
          events.flatMap((e) => (e.kind === 'execute-retry' ? [e] : [e, e])),
        );
        const face = (s: Story): unknown => s.lineage.at(-1)!.signatures.map((x) => x.person);
        expect(face(twice)).toEqual(face(once));
        expect(twice.lineage.at(-1)!.status).toBe(once.lineage.at(-1)!.status);
        expect(twice.begun).toBe(once.begun);
      }),
      { numRuns: runs(400) },
    );
  });

  it('the order of approvals does not matter to whether it is approved', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.shuffledSubarray(NAMES),
        fc.integer({ min: 0, max: 1000 }),
        (quorum, signers, seed) => {
          const first = opened(asks(quorum));
          const shuffled = [...signers].sort(
            (a, b) => ((a.charCodeAt(0) * seed) % 17) - ((b.charCodeAt(0) * seed) % 17),
          );
          const outcome = (order: readonly string[]): ApprovalStatus =>
            play(
              first,
              order.map((who) => ({ do: 'event', kind: 'approve', who, other: who, n: 0, stale: false })),
            ).lineage[0]!.status;
          const able = signers.filter((n) => ['ada', 'ben', 'sofia', 'mara'].includes(n)).length;
          expect(outcome(signers)).toBe(able >= quorum ? 'approved' : 'pending');
          expect(outcome(shuffled)).toBe(outcome(signers));
        },
      ),
    );
  });

  it('delegating inside the approval changes nothing but on whose behalf a signature says it is', () => {
    fc.assert(
      fc.property(start, fc.array(event, { maxLength: 40 }), (first, events) => {
        const with_ = play(first, events).lineage.at(-1)!;
        const without = play(
          first,
          events.filter((e) => e.kind !== 'delegate'),
        ).lineage.at(-1)!;
        expect(with_.status).toBe(without.status);
        expect(with_.signatures.map((s) => s.person)).toEqual(without.signatures.map((s) => s.person));
      }),
      { numRuns: runs(400) },
    );
  });
});
