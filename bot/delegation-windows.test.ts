import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import type { ExamplePerson } from '../test/test-stores.ts';

/** Windows of absence, by command, in both chats over their real wires. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands & Typist>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = {
    Slack: { ...inSlack(world), ...handsInSlack(world) },
    Teams: { ...inTeams(world), ...handsInTeams(world) },
  };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara');
});
afterAll(() => world?.close());

const rowsOf = async <T extends object>(text: string, ...values: unknown[]): Promise<T[]> => {
  const superuser = await world.kit.as('superuser');
  return (await superuser.query<T>(text, values)).rows;
};
const entries = (kind: string) =>
  rowsOf<{ actor: string }>(
    `SELECT header::jsonb ->> 'actor' AS actor FROM ledger_entries WHERE kind = $1 ORDER BY seq`,
    kind,
  );
const windows = () =>
  rowsOf<{ delegation: string }>('SELECT delegation FROM delegations WHERE until_at > now()');
const idOf = (who: ExamplePerson) => world.kit.people[who].id;
const hasCopy = async (subject: string, who: ExamplePerson): Promise<boolean> =>
  (await world.kit.stores.copies.ofSubject(world.kit.tenant, subject)).some((c) => c.person === idOf(who));
/** As if nobody had ever been away; the ledger keeps it. */
afterEach(async () => void (await rowsOf('DELETE FROM delegations')));

describe.each(['Slack', 'Teams'] as const)('being away, in %s', (name) => {
  test('sends what waits and what comes to the delegate too, tells them, and ends by a button', async () => {
    const chat = chats[name];
    const waiting = await world.ask();
    expect(await chat.type('ada', 'delegate @Sofia until tomorrow 18:00')).toContain('In force');
    const told = (await windows())[0]?.delegation ?? '';
    expect(await chat.card({ subject: told, of: 'sofia' })).toContain('You stand in for Ada Okafor');
    await copyAt(world, chat.platform, { subject: waiting.id, of: 'sofia' });
    const fresh = await world.ask();
    expect(await chat.card({ subject: fresh.id, of: 'sofia' })).toContain('Approve');
    // In Ada's name as well as her own, and only where she may sign anyway.
    await chat.press('sofia', { subject: fresh.id, of: 'sofia' }, 'Approve');
    expect((await world.approval(fresh.id)).signatures).toMatchObject([
      { person: idOf('sofia'), onBehalfOf: idOf('ada') },
    ]);
    expect(await chat.type('sofia', 'delegate')).toContain('You stand in for');
    expect(await chat.type('ada', 'delegate')).toContain('End it');
    expect(await chat.type('ben', `delegate end ${told}`)).toContain('You have no such delegation');
    expect(await chat.type('ada', 'delegate end')).toContain('Nobody stands in for you');
    expect(await chat.card({ subject: told, of: 'sofia' })).toContain('Ended');
    const later = await world.ask();
    expect(await hasCopy(later.id, 'sofia')).toBe(false);
    await world.kit.stores.approvals.transition(world.kit.tenant, later.id, {
      ...{ kind: 'approve', by: idOf('sofia'), via: 'slack', comment: null },
      ...{ actionDigest: later.actionDigest, cardDigest: null },
    });
    expect((await world.approval(later.id)).signatures).toMatchObject([{ onBehalfOf: null }]);
    expect((await entries('delegation.made')).at(-1)?.actor).toBe(idOf('ada'));
    expect((await entries('delegation.ended')).at(-1)?.actor).toBe(idOf('ada'));
  });

  test('begins and ends on time: before and after, nothing goes to the delegate', async () => {
    const chat = chats[name];
    const waiting = await world.ask();
    expect(await chat.type('ada', 'delegate @sofia from tomorrow until in 3 days')).toContain('Planned');
    const [window] = await windows();
    const { stores, tenant } = world.kit;
    const begin = () => stores.delegations.begin(tenant, window?.delegation as never);
    await begin();
    expect(await hasCopy(waiting.id, 'sofia')).toBe(false);
    expect(await hasCopy((await world.ask()).id, 'sofia')).toBe(false);
    await rowsOf(`UPDATE delegations SET from_at = now() - interval '1 second'`);
    await begin();
    await begin();
    await copyAt(world, chat.platform, { subject: waiting.id, of: 'sofia' });
    await rowsOf(`UPDATE delegations SET until_at = now()`);
    const after = await world.ask();
    await begin();
    expect(await hasCopy(after.id, 'sofia')).toBe(false);
    expect(await chat.type('ada', 'delegate')).toContain('Nobody stands in for you');
  });

  test('is refused with a sentence where it cannot be', async () => {
    const chat = chats[name];
    const before = (await entries('delegation.made')).length;
    const refused: readonly (readonly [ExamplePerson, string, RegExp])[] = [
      ['ada', '@ada until friday', /cannot stand in for yourself/],
      ['ada', '@ben until 2020-01-01', /That time has passed/],
      ['ada', '@ben from 2020-01-01 until friday', /That time has passed/],
      ['ada', '@ben from in 5 days until in 2 days', /would end before it begins/],
      ['ada', '@ben until in 900 days', /a year at most/],
      ['ada', '@ben until soon', /cannot be told/],
      ['ada', '@nobody until friday', /Nobody here is called/],
      ['ada', '@ben', /Say whom and until when/],
      ['ada', 'end', /no such delegation/],
    ];
    for (const [who, words, why] of refused)
      expect(await chat.type(who, `delegate ${words}`), words).toMatch(why);
    expect((await entries('delegation.made')).length).toBe(before);
    expect(await chat.type('ada', 'delegate @ben until friday')).toContain('In force');
    const told = (await windows())[0]?.delegation ?? '';
    await copyAt(world, chat.platform, { subject: told, of: 'ben' });
    // Said twice it is one; another one beside it is none; nor one that comes back.
    expect(await chat.type('ada', 'delegate @ben until friday')).toContain('In force');
    expect(await chat.type('ada', 'delegate @sofia until in 1 day')).toMatch(/end it first/);
    expect(await chat.type('ben', 'delegate @ada until in 1 day')).toMatch(/come back to you/);
    expect((await entries('delegation.made')).length).toBe(before + 1);
  });

  test('attack: widens no right, not even by a form or an id of others', async () => {
    const chat = chats[name];
    const robins = await world.ask();
    // Robin asked for it: whom Robin names may not sign it, and gets no card of it.
    await rowsOf(
      `UPDATE people SET roles = array_append(roles, 'approver') WHERE person = $1`,
      idOf('robin'),
    );
    expect(await chat.type('robin', 'delegate @sofia until friday')).toMatch(/not decided yet/);
    expect(await hasCopy(robins.id, 'sofia')).toBe(false);
    const signed = await world.kit.stores.approvals.transition(world.kit.tenant, robins.id, {
      ...{ kind: 'approve', by: idOf('sofia'), via: 'slack', comment: null },
      ...{ actionDigest: robins.actionDigest, cardDigest: null },
    });
    expect(signed).toMatchObject({ ok: false, reason: 'delegate_not_allowed' });
    await rowsOf(
      `UPDATE people SET roles = array_remove(roles, 'approver') WHERE person = $1`,
      idOf('robin'),
    );
    await rowsOf('DELETE FROM delegations');
    // An operator has nothing to hand on.
    expect(await chat.type('robin', 'delegate @ben until friday')).toMatch(/roles do not allow/);
    // Who may not sign this very request gets no card of it, though somebody away may.
    await rowsOf(`UPDATE people SET team = 'elsewhere' WHERE person = $1`, idOf('sofia'));
    expect(await chat.type('ada', 'delegate @sofia until friday')).toContain('In force');
    expect(await hasCopy((await world.ask()).id, 'sofia')).toBe(false);
    await rowsOf(`UPDATE people SET team = 'senior-approvers' WHERE person = $1`, idOf('sofia'));
    // Left, or a guest: nobody to stand in.
    await rowsOf('DELETE FROM delegations');
    await rowsOf(`UPDATE chat_identities SET kind = 'guest' WHERE person = $1`, idOf('ben'));
    expect(await chat.type('ada', 'delegate @ben until friday')).toMatch(/cannot stand in for anyone/);
    await rowsOf(`UPDATE chat_identities SET kind = 'member' WHERE person = $1`, idOf('ben'));
    expect(await windows()).toEqual([]);
  });

  test('can be asked for by a form, and speaks German', async () => {
    const chat = chats[name];
    const superuser = await world.kit.as('superuser');
    await chat.type('ada', 'delegate new');
    const form = { to: chat.nameOf('ben'), until: 'in 2 days', from: '' };
    const typed = name === 'Slack' ? inSlack(world) : inTeams(world);
    expect(await typed.fillIn('ada', form)).toContain('In force');
    expect(await windows()).toHaveLength(1);
    await superuser.query(`UPDATE people SET language = 'de' WHERE person = $1`, [idOf('ada')]);
    expect(await chat.type('ada', 'delegate')).toContain('Gilt jetzt');
    expect(await chat.type('ada', 'delegate @sofia bis morgen 12 Uhr')).toMatch(/schon eine Vertretung/);
    await superuser.query(`UPDATE people SET language = NULL WHERE person = $1`, [idOf('ada')]);
  });
});
