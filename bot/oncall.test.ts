import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { firing } from '../core/incident/examples.ts';
import { handsInSlack, handsInTeams, type Hands } from '../test/hands.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';

/** Who is on call, in both chats over their real wires. */
let world: BotKit;
let chats: Record<'Slack' | 'Teams', Typist>;
let hands: Record<'Slack' | 'Teams', Hands>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
  hands = { Slack: handsInSlack(world), Teams: handsInTeams(world) };
});
afterAll(() => world?.close());

const rotations = async () => (await world.kit.stores.onCall.view(world.kit.tenant)).rotations;
const REFUSED = /do not allow|may not|not permitted|not allowed/i;

const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
const ics = (summary: string): string =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:1', `DTSTART:${utc(Date.now() - 3_600_000)}`],
    ...[`DTEND:${utc(Date.now() + 3_600_000)}`, `SUMMARY:${summary}`, 'END:VEVENT', 'END:VCALENDAR'],
  ].join('\n');

describe.each(['Slack', 'Teams'] as const)('in %s', (chat) => {
  const type: Typist['type'] = (who, words) => chats[chat].type(who, words);
  const fillIn: Typist['fillIn'] = (who, values) => chats[chat].fillIn(who, values);
  beforeEach(async () => {
    for (const { rotation } of await rotations())
      await world.kit.stores.onCall.end(world.kit.tenant, rotation.id, world.kit.people.mara.id);
  });

  test('who is on call now and next, in two rotations, for those who may see it', async () => {
    expect(await type('robin', 'oncall')).toMatch(/No rotation is set/);
    expect(await type('mara', 'oncall set @ada, @ben every Monday 09:00')).toMatch(/Ada Okafor is on call/);
    const both = await type('mara', 'oncall set second robin every Friday 18:00');
    expect(both).toMatch(/Asked first.*Asked second.*Asked last/s);
    const seen = await type('robin', 'oncall');
    expect(seen).toMatch(/Ada Okafor is on call/);
    expect(seen).toMatch(/Hand-over every Monday 09:00 \(Europe\/London\), team claims/);
    expect(seen).not.toMatch(/Override…/);
    expect(both).toMatch(/Override…/);
  });

  test('attack: an Operator sets nothing, an Approver sees nothing, a Manager reaches no other team', async () => {
    for (const [who, words] of [
      ['ada', 'oncall'],
      ['robin', 'oncall set @robin'],
      ['robin', 'oncall override @robin until Friday'],
      ['robin', 'oncall end first'],
      ['robin', 'oncall import'],
    ] as const)
      expect(await type(who, words), `${who}: ${words}`).toMatch(REFUSED);
    expect(await type('mara', 'oncall set @ada, @ines')).toMatch(/Ines Vogel works in another team/);
    expect(await rotations()).toEqual([]);
    expect(await type('ines', 'oncall set @ines, @ada')).toMatch(/Ines Vogel is on call/);
    expect(await type('mara', 'oncall set @ada')).toMatch(REFUSED);
    expect(await type('mara', 'oncall override @ada until 2h')).toMatch(REFUSED);
    expect(await type('mara', 'oncall end first')).toMatch(REFUSED);
    expect(await rotations()).toHaveLength(1);
  });

  test('an override for a while, by words, ended by its button; a rotation is ended', async () => {
    await type('mara', 'oncall set @ada');
    const shown = await type('mara', 'oncall override @ben until 2h');
    expect(shown).toMatch(/Ben Sato is on call/);
    const [id = ''] = /ovr_[0-9A-Z]{26}/.exec(shown) ?? [];
    expect(await type('mara', `oncall end ${id}`)).toMatch(/Ada Okafor is on call/);
    expect(await type('mara', `oncall end ${id}`)).toMatch(/changed it meanwhile/);
    expect(await type('mara', 'oncall override @ben until yesterday')).toMatch(/cannot be told/);
    expect(await type('mara', 'oncall override second @ben until 2h')).toMatch(/no second rotation/);
    expect(await type('mara', 'oncall end first')).toMatch(/No rotation is set/);
    expect(await type('mara', 'oncall whatever')).toMatch(/Write e\.g\./);
  });

  test('a form sets it; what somebody else set meanwhile is not replaced', async () => {
    await type('mara', 'oncall set');
    const values = { people: 'Ben Sato, ada.okafor@harbour.example', handOver: 'Monday 08:30' };
    expect(await fillIn('mara', values)).toMatch(/Ben Sato is on call|^$/);
    expect((await rotations())[0]?.rotation.plan).toMatchObject({ kind: 'weekly', time: '08:30' });
    await type('mara', 'oncall set');
    await type('ines', 'oncall set @ines');
    expect(await fillIn('mara', values)).toMatch(REFUSED);
    await type('ines', 'oncall set @ada');
    await type('ines', 'oncall set');
    const { onCall } = world.kit.stores;
    const { tenant, people } = world.kit;
    const [there] = await rotations();
    if (there === undefined) throw new Error('no rotation');
    const { place, team, timeZone, plan, id } = there.rotation;
    await onCall.end(tenant, id, people.mara.id);
    await onCall.set(tenant, { place, team, timeZone, plan, by: people.mara.id, replaces: null });
    expect(await fillIn('ines', { people: '@ines', handOver: 'Monday 09:00' })).toMatch(
      /changed it meanwhile/,
    );
  });

  test('an override by its form: for whom, until when, in which rotation; what is wrong is said, and nothing changes', async () => {
    const { nameOf } = hands[chat];
    await type('mara', 'oncall set @ada');
    await type('mara', 'oncall set second robin');
    await type('mara', 'oncall override');
    const onBen = { who: nameOf('ben'), until: '2h', place: 'second' };
    expect(await fillIn('mara', onBen)).toMatch(/instead · .* until /);
    const now = async () => (await rotations()).map(({ now: { person } }) => person);
    const { ada, ben } = world.kit.people;
    expect(await now()).toEqual([ada.id, ben.id]);
    for (const [values, says] of [
      [{ ...onBen, until: 'when the cows come home' }, /cannot be told/],
      [{ ...onBen, from: '3h' }, /begin|before|end/i],
      [{ ...onBen, who: nameOf('ines') }, /works in another team/],
    ] as const) {
      await type('mara', 'oncall override');
      expect(await fillIn('mara', values), JSON.stringify(values)).toMatch(says);
    }
    expect(await now()).toEqual([ada.id, ben.id]);
    expect((await rotations()).flatMap(({ overrides }) => overrides)).toHaveLength(1);
  });

  test('an incident asks by both rotations, and says in the thread who has left and who is asked instead', async () => {
    const { kit } = world;
    const { ada, ben } = kit.people;
    await type('mara', 'oncall set @ada');
    await type('mara', 'oncall set second @ben');
    const db = await kit.as('superuser');
    await db.query('UPDATE people SET active = false WHERE person = $1', [ada.id]);
    try {
      const found = firing({ fingerprint: `faithfulness/${chat}`, sinceMs: Date.now() });
      await kit.stores.incidents.observe(kit.tenant, [found]);
      const one = (await kit.stores.incidents.open(kit.tenant)).find((each) => each.fingerprint === found.fingerprint); // prettier-ignore
      expect(one?.asked).toMatchObject({ rung: 'second', person: ben.id, insteadOf: [ada.id] });
      expect(await hands[chat].card({ subject: one?.id ?? '' })).toMatch(
        /It would be Ada Okafor’s turn, who has left: somebody else is asked/,
      );
    } finally {
      await db.query('UPDATE people SET active = true WHERE person = $1', [ada.id]);
    }
  });

  test('a calendar sets it, when every shift is somebody’s', async () => {
    await type('mara', 'oncall import');
    expect(await fillIn('mara', { calendar: ics('On call: Ada Okafor') })).toMatch(
      /Ada Okafor is on call|^$/,
    );
    expect((await rotations())[0]?.rotation.plan).toMatchObject({ kind: 'shifts' });
    for (const [calendar, says] of [
      [ics('On call: somebody'), /Whose shift/],
      [ics('Ada Okafor and Ben Sato'), /Whose shift/],
      ['ada this week', /no iCalendar text/],
    ] as const) {
      await type('mara', 'oncall import');
      expect(await fillIn('mara', { calendar })).toMatch(says);
    }
  });

  test('who left is passed over, and the card says so', async () => {
    await type('mara', 'oncall set @ada, @ben');
    const db = await world.kit.as('superuser');
    const ada = world.kit.people.ada.id;
    await db.query('UPDATE people SET active = false WHERE person = $1', [ada]);
    try {
      const shown = await type('mara', 'oncall');
      expect(shown).toMatch(/Ben Sato is on call/);
      expect(shown).toMatch(/has left, and is passed over/);
    } finally {
      await db.query('UPDATE people SET active = true WHERE person = $1', [ada]);
    }
  });
});
