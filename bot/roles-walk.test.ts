import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from './commands/index.ts';
import type { ButtonPayload } from '../cards/payload.ts';
import type { Choice, Outcome } from './chat.ts';
import { firing } from '../core/incident/examples.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { PersonId, RunId } from '../core/ids.ts';
import type { Role } from '../core/people.ts';
import { ASK_PERSON } from '../core/person-question.ts';
import type { Resource, Verb } from '../core/roles.ts';
import type { NewApproval } from '../platform/stores.ts';
import { cellOf, DESIGN_ROWS, wording } from '../test/roles-design.ts';
import {
  newKey,
  openRolesWorld,
  OTHER,
  PLACE,
  UNNAMED_TOOL,
  type Actor,
  type RolesWorld,
} from '../test/roles-world.ts';
import { testApproval } from '../test/test-stores.ts';

/**
 * Every verb and button x role x own or other team x own or other company, through the real gateway on the real store,
 * against the design's table as it was copied by hand (`test/roles-design.ts`), not as the code has it.
 */
let world: RolesWorld;
let things: Awaited<ReturnType<typeof layOut>>;
beforeAll(async () => {
  world = await openRolesWorld();
  things = await layOut();
});
afterAll(() => world?.close());

type Facts = Omit<Resource, 'tenant'>;
const FACTS: Facts = {
  ...{ team: 'claims', owner: null, assigned: false },
  ...{ class: 'standard', environment: 'production' },
};

/** What somebody does with one thing, and what the thing is for them. */
interface Cell {
  readonly actor: Actor;
  readonly what: string;
  readonly allowed: boolean;
  act(): Promise<Outcome>;
  /** The same on something that nobody has: it must read alike to another company. */
  actOnNothing?(): Promise<Outcome>;
  /** After something was allowed: puts the world back. */
  readonly undo?: () => Promise<unknown>;
}

const RIGHTS = ['not_permitted', 'not_an_approver', 'not_asked', 'own_request', 'wrong_tenant'];
const ABSENT = '01JD9Q6Z3M7T5N4X8R2V6B1C0A';

const says = (verb: Exclude<Verb, 'run'>, { role, person }: Actor, facts: Facts): boolean => {
  const [row, alone] = DESIGN_ROWS[verb];
  return wording(cellOf(row, role), alone, { ...facts, tenant: world.kit.tenant }, person);
};
const ourPeople = (): readonly Actor[] => world.actors.filter(({ where }) => where !== 'other tenant');

const teamMates = (): readonly Actor[] => world.actors.filter(({ where }) => where === 'own team');

/** What all may be let at. One each is enough for whatever changes nothing. */
async function layOut() {
  const { kit, asker, agents, run, ask } = world;
  const kinds = Object.values(agents);
  const runs = await Promise.all(kinds.map((agent) => run(asker, agent)));
  const mine = new Map(
    await Promise.all(
      teamMates().map(
        async ({ person }) =>
          [person.id, await Promise.all(kinds.map((agent) => run(person, agent)))] as const,
      ),
    ),
  );
  await kit.stores.incidents.observe(kit.tenant, [firing({ sinceMs: Date.now() })]);
  const [incident] = await kit.stores.incidents.open(kit.tenant);
  if (incident === undefined) throw new Error('no incident was opened');
  const named = await ask(asker);
  const unnamed = await ask(asker, { tool: UNNAMED_TOOL });
  const own = new Map<string, ApprovalState>();
  for (const { person } of ourPeople()) own.set(person.id, await ask(person));
  return { kinds, runs, mine, incident: incident.id, named, unnamed, own };
}

/** Refused ones first and between two looks at everything; then the allowed ones, one after the other. */
async function walk(cells: readonly Cell[]): Promise<void> {
  expect(cells.length).toBeGreaterThan(0);
  const { kit, entries, state } = world;
  const abroad = cells.some(({ actor }) => actor.tenant === OTHER);
  const look = async () => [await state(kit.tenant), ...(abroad ? [await state(OTHER)] : [])];
  await entries(kit.tenant);
  await entries(OTHER);
  const before = await look();
  const wrong: string[] = [];
  for (const cell of cells.filter(({ allowed }) => !allowed)) {
    const outcome = await cell.act();
    const here = await entries(cell.actor.tenant);
    const elsewhere = cell.actor.tenant === OTHER ? await entries(kit.tenant) : [];
    const [entry] = here;
    const inPrivate = outcome.kind === 'text' && !outcome.done && outcome.text.length > 10;
    const isStranger = cell.actor.tenant === OTHER;
    const why = isStranger ? [...RIGHTS, 'not_found', 'delegate_not_allowed'] : RIGHTS;
    const recorded = here.length === 1 && elsewhere.length === 0 && entry?.kind === 'refused';
    const byThem = entry?.actor === cell.actor.person.id && why.includes(entry.reason ?? '');
    if (!inPrivate || !recorded || !byThem)
      wrong.push(`not refused: ${cell.what} ${JSON.stringify({ outcome, here, elsewhere }).slice(0, 300)}`);
    if (!isStranger || cell.actOnNothing === undefined) continue;
    const absent = await cell.actOnNothing();
    if (JSON.stringify(absent) !== JSON.stringify(outcome))
      wrong.push(`tells that it is there: ${cell.what}`);
    await entries(OTHER);
  }
  expect(await look(), 'a refused request changed something').toEqual(before);
  for (const cell of cells.filter(({ allowed }) => allowed)) {
    const outcome = await cell.act();
    const refused = (await entries(cell.actor.tenant)).filter(({ reason }) => RIGHTS.includes(reason ?? ''));
    if (refused.length > 0)
      wrong.push(`refused: ${cell.what} ${JSON.stringify({ refused, outcome }).slice(0, 300)}`);
    await cell.undo?.();
  }
  expect(wrong).toEqual([]);
}

type CommandVerb = Exclude<Verb, 'run'>;
interface OnThing {
  /** The words with what is named at the end of them, or where `%` stands. */
  readonly words: string;
  readonly verb: CommandVerb;
  readonly undo?: Cell['undo'];
}
const filled = (words: string, id: string): string =>
  words.includes('%') ? words.replace('%', id) : `${words} ${id}`;
const absentOf = (id: string): string => `${id.slice(0, 4)}${ABSENT}`;

/** One thing for everybody at home, and for strangers. `fresh` makes another for each who may. */
async function onThing(
  { words, verb, undo }: OnThing,
  thing: { id: string; facts: Facts; fresh?: () => Promise<string> },
): Promise<Cell[]> {
  return Promise.all(
    world.actors.map(async (actor): Promise<Cell> => {
      const allowed = actor.tenant !== OTHER && says(verb, actor, thing.facts);
      const id = allowed && thing.fresh ? await thing.fresh() : thing.id;
      return {
        ...{
          actor,
          allowed,
          what: `${words} by ${actor.role} of ${actor.where}, ${JSON.stringify(thing.facts)}`,
        },
        act: () => world.say(actor, filled(words, id)),
        actOnNothing: () => world.say(actor, filled(words, absentOf(id))),
        ...(undo ? { undo } : {}),
      };
    }),
  );
}

/** Runs of the three kinds of agents: somebody else's, then one's own. */
async function onRuns(verb: CommandVerb, words: string, fresh = false): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const [i, agent] of things.kinds.entries()) {
    const { class: cls, environment } = agent;
    const id = things.runs[i] ?? '';
    const facts = { ...FACTS, owner: world.asker.id, class: cls, environment };
    const again = (): Promise<string> => world.run(world.asker, agent);
    cells.push(...(await onThing({ words, verb }, { id, facts, ...(fresh ? { fresh: again } : {}) })));
    for (const actor of teamMates()) {
      const { person } = actor;
      const own = { ...facts, team: person.team, owner: person.id, assigned: true };
      const run = things.mine.get(person.id)?.[i] ?? '';
      cells.push({
        ...{
          actor,
          allowed: says(verb, actor, own),
          what: `${words} by ${actor.role} on their own, ${agent.name}`,
        },
        act: () => world.say(actor, filled(words, run)),
      });
    }
  }
  return cells;
}

/** An agent is in the code of everybody: strangers use it in their own company, so that only home must not move. */
const onAgents = (
  verb: CommandVerb | ((agent: number) => string),
  words: string,
  undo?: (agent: string) => Promise<unknown>,
): Cell[] =>
  things.kinds.flatMap((agent, i) =>
    ourPeople().map((actor): Cell => {
      const { owner: team, class: cls, environment, name } = agent;
      const facts = { ...FACTS, team, class: cls, environment };
      const allowed =
        typeof verb === 'string' ? says(verb, actor, facts) : cellOf(verb(i), actor.role) === 'yes';
      return {
        ...{ actor, allowed, what: `${filled(words, name)} by ${actor.role} of ${actor.where}` },
        act: () => world.say(actor, filled(words, name)),
        ...(undo ? { undo: () => undo(name) } : {}),
      };
    }),
  );

/** A verb that names nothing of anybody's: the role alone decides. */
const onCompany = (verb: CommandVerb, words: string, undo?: Cell['undo']): Cell[] =>
  ourPeople().map((actor) => ({
    ...{ actor, allowed: says(verb, actor, { ...FACTS, team: null }), what: `${words} by ${actor.role}` },
    act: () => world.say(actor, words),
    ...(undo ? { undo } : {}),
  }));

describe('commands', () => {
  /** The best that could be had: a right that reaches nothing of this is none at all. */
  const anything = (actor: Actor): Facts[] =>
    (['production', 'sandbox'] as const).map((environment) => ({
      ...{ team: actor.person.team, owner: actor.person.id, assigned: true },
      ...{ class: 'standard', environment, kind: 'eval' },
    }));
  const RUN_ROWS = ['run: standard', 'run: restricted', 'run: sandbox'];
  const atAll = (actor: Actor, verb: Verb): boolean =>
    verb === 'run'
      ? RUN_ROWS.some((row) => cellOf(row, actor.role) === 'yes')
      : anything(actor).some((facts) => says(verb, actor, facts));

  test('each of them, by whoever has no right at all', async () => {
    const cells = commands.flatMap(({ name, permission }) =>
      teamMates().map((actor): Cell => ({
        ...{ actor, allowed: atAll(actor, permission), what: `${name} by ${actor.role}` },
        act: () => world.say(actor, name),
      })),
    );
    await walk(cells);
  });

  test('run, and at a high priority', async () => {
    await walk(onAgents((i) => RUN_ROWS[i] ?? '', 'run % CLM-0847'));
    const hurried = onAgents('prioritise', 'run % CLM-0847 --priority high');
    const may = (actor: Actor): boolean => RUN_ROWS.every((row) => cellOf(row, actor.role) === 'yes');
    await walk(hurried.filter(({ actor, allowed }) => !allowed || may(actor)));
  });

  test.each([
    ['trace', 'trace'],
    ['verify', 'verify'],
    ['replay', 'replay'],
  ] as const)('%s of a run', async (verb, words) => walk(await onRuns(verb, words)));
  test('who read it', async () => walk(await onRuns('see-reads', 'reads')));
  test('explain a decision, and give the person concerned a link', async () => {
    const facts = { ...FACTS, owner: world.asker.id, assigned: true };
    const { id } = things.named;
    await walk(await onThing({ words: 'explain', verb: 'see-output' }, { id, facts }));
    await walk(await onThing({ words: 'explain % link', verb: 'invite-review' }, { id, facts }));
  });
  test('the receipt of a run, by whoever may verify it and read its trace', async () => {
    const [checks, traces] = [
      await onRuns('verify', 'verify % receipt'),
      await onRuns('trace', 'verify % receipt'),
    ];
    await walk(checks.map((cell, i) => ({ ...cell, allowed: cell.allowed && traces[i]?.allowed === true })));
  });
  test('rate, by whoever may see the output', async () => walk(await onRuns('see-output', 'rate % up')));

  test('dead letters: replay and discard', async () => {
    const { kit, run, asker } = world;
    const letterOf = async (agent: (typeof things.kinds)[number]): Promise<string> => {
      const id = await run(asker, agent);
      await kit.stores.runs.close(kit.tenant, id, { status: 'refused', summary: 'No.', output: null });
      const letters = await kit.stores.deadLetters.open(kit.tenant);
      return letters.find(({ subject }) => subject === id)?.letter ?? '';
    };
    for (const agent of things.kinds)
      for (const words of ['dead-letters discard % drill', 'dead-letters replay']) {
        const facts = { ...FACTS, class: agent.class, environment: agent.environment };
        const thing = { id: await letterOf(agent), facts, fresh: () => letterOf(agent) };
        await walk(await onThing({ words, verb: 'dead-letters' }, thing));
      }
  });

  test('pause, resume, roll back and evaluate an agent', async () => {
    const { switches } = world.kit.stores;
    const go = (agent: string) => switches.resume(world.kit.tenant, agent, world.asker.id);
    await walk(onAgents('pause', 'pause', go));
    await walk(onAgents('resume', 'resume'));
    await walk(onAgents('rollback', 'rollback % it pays too much'));
    await walk(onAgents('eval', 'eval'));
    await walk(onAgents('eval', 'ready'));
  });

  test('stop, and lift the stop', async () => {
    const lift = () => world.kit.stores.switches.lift(world.kit.tenant, world.asker.id);
    await walk(onCompany('stop-tenant', 'stop a drill', lift));
    await walk(onCompany('stop-tenant', 'resume everything'));
  });

  test.each([
    ['acknowledge', 'ack'],
    ['acknowledge', 'note % seen'],
    ['escalate', 'escalate'],
    ['silence', 'silence % until 2h'],
    ['resolve', 'resolve'],
  ] as const)('%s an incident: %s', async (verb, words) =>
    walk(await onThing({ words, verb }, { id: things.incident, facts: FACTS })),
  );

  test('who is on call', async () => {
    const { kit, asker } = world;
    const set = await kit.stores.onCall.set(kit.tenant, {
      ...{ place: 'first', team: 'claims', timeZone: 'UTC', by: asker.id, replaces: null },
      plan: {
        kind: 'shifts',
        shifts: [{ person: asker.id, fromMs: Date.now(), untilMs: Date.now() + 3_600_000 }],
      },
    });
    expect(set.ok).toBe(true);
    const cells = ourPeople().map((actor): Cell => {
      const words = 'oncall override first ASKER until whenever';
      const allowed = says('change-oncall', actor, FACTS);
      return {
        actor,
        allowed,
        what: `${words} by ${actor.role} of ${actor.where}`,
        act: () => world.say(actor, words),
      };
    });
    await walk(cells);
  });

  test('policy and grants', async () => {
    await walk(onCompany('policy-show', 'policy show'));
    const { id } = things.named;
    const { tenant } = world.kit;
    const byRole = { ...FACTS, team: null };
    await walk(await onThing({ words: 'policy simulate', verb: 'policy-simulate' }, { id, facts: byRole }));
    await walk(onCompany('change-policy', 'policy change'));
    const reversible = await world.ask(world.asker, { effect: 'reversible' });
    await walk(
      await onThing({ words: 'grants new', verb: 'create-grant' }, { id: reversible.id, facts: FACTS }),
    );
    expect((await world.kit.stores.approvals.get(tenant, id))?.status).toBe('pending');
  });
  test('cancel, at last', async () => walk(await onRuns('cancel', 'cancel', true)));
});

const payloadOf = ({ id, version, actionDigest }: ApprovalState): ButtonPayload => ({
  ...{ v: 1, approval: id, version, actionDigest, copy: null },
});

type Hand = (actor: Actor, on: ApprovalState) => Promise<Outcome>;
const decideBy =
  (choice: Choice): Hand =>
  ({ caller }, on) =>
    world.gateway.decide({
      ...{ caller, place: PLACE, requestKey: newKey(), message: null, payload: payloadOf(on), choice },
    });
type Pressed = 'open' | 'evidence' | 'changes' | 'decline' | 'edit' | 'ask' | 'snooze' | 'delegate' | 'break_glass' | 'approve_comment'; // prettier-ignore
const pressBy =
  (verb: Pressed): Hand =>
  ({ caller }, on) =>
    world.gateway.press({
      ...{ caller, place: PLACE, requestKey: newKey(), message: null },
      press: { kind: 'approval', verb, payload: payloadOf(on) },
    });

interface OnApproval {
  readonly hand: Hand;
  /** Policy names everybody, or none of them; what one asked for oneself. */
  readonly on: 'named' | 'unnamed' | 'own';
  readonly may: (actor: Actor, assigned: boolean) => boolean;
  readonly fresh?: () => Promise<ApprovalState>;
  /** What those are let at who may not; missing: what was laid out. */
  readonly shared?: ApprovalState;
}

async function onApproval({ hand, on, may, fresh, shared: given }: OnApproval): Promise<Cell[]> {
  const those = on === 'own' ? ourPeople() : world.actors;
  return Promise.all(
    those.map(async (actor): Promise<Cell> => {
      const isStranger = actor.tenant === OTHER;
      const allowed = !isStranger && may(actor, on !== 'unnamed');
      const shared = given ?? (on === 'own' ? things.own.get(actor.person.id) : things[on]);
      const state = allowed && fresh ? await fresh() : (shared ?? things.named);
      return {
        ...{ actor, allowed, what: `${on} by ${actor.role} of ${actor.where}` },
        act: () => hand(actor, state),
        actOnNothing: () => hand(actor, { ...state, id: `apr_${ABSENT}` as ApprovalState['id'] }),
      };
    }),
  );
}

const deciding = (verb: CommandVerb) => (actor: Actor, assigned: boolean) =>
  says(verb, actor, { ...FACTS, owner: world.asker.id, assigned });
const never = (): boolean => false;
const both =
  (one: CommandVerb, two: CommandVerb) =>
  (actor: Actor, assigned: boolean): boolean =>
    deciding(one)(actor, assigned) && deciding(two)(actor, assigned);

describe('decisions on a request', () => {
  const fields = {
    ...{ 'argument.claim': 'CLM-0847', 'argument.amount': '6,100.00' },
    ...{ 'argument.pay_to': 'policyholder', 'argument.reason': 'Escape of water' },
  };
  const bystander = (): string => world.bystander.id;
  const DECISIONS: readonly [string, () => Choice, OnApproval['may']][] = [
    ['approve', () => ({ verb: 'approve', comment: null }), deciding('approve')],
    ['decline', () => ({ verb: 'decline', reason: 'No.' }), deciding('decline')],
    ['edit', () => ({ verb: 'edit', fields }), deciding('edit')],
    ['ask', () => ({ verb: 'ask', text: 'Why?' }), deciding('approve')],
    ['snooze', () => ({ verb: 'snooze', until: '', at: 'tomorrow' }), deciding('approve')],
    ['delegate', () => ({ verb: 'delegate', to: bystander() }), both('approve', 'delegate')],
  ];
  test.each(DECISIONS)(
    '%s: if policy names them and their role may; never their own',
    async (_, choice, may) => {
      const hand = decideBy(choice());
      await walk(await onApproval({ hand, on: 'named', may, fresh: () => world.ask(world.asker) }));
      await walk(await onApproval({ hand, on: 'unnamed', may: never }));
      await walk(await onApproval({ hand, on: 'own', may: never }));
    },
  );

  test('break glass: an Admin, named or not, never on their own', async () => {
    const hand = decideBy({ verb: 'break_glass', reason: 'Nobody is here.', confirmation: 'BREAK GLASS' });
    const may = deciding('break-glass');
    const fresh = () => world.ask(world.asker, { tool: UNNAMED_TOOL });
    await walk(await onApproval({ hand, on: 'unnamed', may, fresh }));
    await walk(await onApproval({ hand, on: 'own', may: never }));
  });

  const EVIDENCE = {
    ...testApproval('' as RunId, '' as PersonId).evidence,
    title: 'Which amount was claimed?',
  };
  const QUESTION: Partial<NewApproval> = {
    ...ASK_PERSON,
    ...{ evidence: EVIDENCE, effect: 'reversible', amount: null },
    args: {
      ...{
        to: 'claims',
        question: EVIDENCE.title,
        why: 'They differ.',
        citations: [],
        kind: 'correct_field',
      },
      field: { label: 'Amount', type: 'amount', current: { currency: 'GBP', micros: 9_480_000_000 }, least: 1, most: 240_000 }, // prettier-ignore
    },
  };
  test.each(['named', 'unnamed'] as const)('answer an agent’s blocking question, %s', async (on) => {
    const roles: Role[] = ['consumer', 'operator', 'approver', 'manager', 'admin', 'engineer'];
    const answeredBy: NewApproval['answeredBy'] =
      on === 'named'
        ? roles.map((role) => ({ kind: 'role', role }))
        : [{ kind: 'person', person: world.bystander.id }];
    const fresh = () => world.ask(world.asker, { ...QUESTION, answeredBy });
    const hand = decideBy({ verb: 'respond', fields: { value: '3,480.00', reason: '' } });
    await walk(await onApproval({ hand, on, may: deciding('answer'), fresh, shared: await fresh() }));
  });
});

describe('what is read about a request', () => {
  test.each(['open', 'evidence', 'changes'] as const)('%s', async (verb) => {
    const hand = pressBy(verb);
    const may = deciding('see-output');
    for (const on of ['named', 'unnamed'] as const) await walk(await onApproval({ hand, on, may }));
  });

  test.each([
    ['decline', deciding('decline'), never],
    ['edit', deciding('edit'), never],
    ['ask', deciding('approve'), never],
    ['snooze', deciding('approve'), never],
    ['approve_comment', deciding('approve'), never],
    ['delegate', both('delegate', 'delegate'), never],
    ['break_glass', deciding('break-glass'), never],
  ] as const)('the form behind %s', async (verb, may, own) => {
    const hand = pressBy(verb);
    await walk(await onApproval({ hand, on: 'named', may }));
    await walk(await onApproval({ hand, on: 'own', may: own }));
  });
});
