import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { letPass } from '../test/passing.ts';

/** What the clock does to a request, as people see it in both chats: reminders, escalation, expiry. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: handsInSlack(world), Teams: handsInTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara');
});
afterAll(() => world?.close());

const copiesOf = (subject: string) => world.kit.stores.copies.ofSubject(world.kit.tenant, subject);
const people = async (subject: string) =>
  [...new Set((await copiesOf(subject)).map(({ person }) => person))].sort();
const ids = (...names: ('ben' | 'sofia' | 'mara')[]) => names.map((name) => world.kit.people[name].id).sort();
/** What the workflow's local activity does when a timer fires. */
const after = async (state: ApprovalState, hours: number) => {
  await letPass(world.kit, state.id, hours);
  return world.kit.stores.approvals.transition(world.kit.tenant, state.id, { kind: 'timer' });
};
const sign = (state: ApprovalState, by: 'ada' | 'ben') =>
  world.kit.stores.approvals.transition(world.kit.tenant, state.id, {
    ...{ kind: 'approve', by: world.kit.people[by].id, via: 'slack', comment: null },
    ...{ actionDigest: state.actionDigest, cardDigest: null },
  });

describe.each(['Slack', 'Teams'] as const)('time goes by, in %s', (name) => {
  test('a reminder reaches those who could still sign, as a message that decides nothing', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await sign(state, 'ada');
    expect(await after(state, 5)).toMatchObject({ ok: true, happened: { what: 'reminded' } });
    const first = `${state.id}/reminder-1`;
    // Not who signed, not who asked, not an Admin whom the policy does not name.
    expect(await people(first)).toEqual(ids('ben', 'sofia', 'mara'));
    const shown = await chat.card({ subject: first, of: 'ben' });
    expect(shown).toContain('Reminder: Pay £6,180.00 on claim CLM-0847');
    expect(shown).toContain('Its card is in the approvals channel');
    for (const live of ['"Approve"', 'Decline…', 'Edit…', 'Snooze…']) expect(shown).not.toContain(live);
    // There is still one live card in the channel, and none with these people.
    expect((await copiesOf(state.id)).map(({ person }) => person)).toEqual([null, null]);
    // The next one is another message; fired twice, a timer reminds once.
    await after(state, 20);
    await after(state, 0);
    expect((await world.approval(state.id)).reminders).toBe(2);
    const one = await copyAt(world, chat.platform, { subject: first, of: 'ben' });
    const two = await copyAt(world, chat.platform, { subject: `${state.id}/reminder-2`, of: 'ben' });
    expect(two.message).not.toBe(one.message);
    // Decided: both say that nothing waits any more.
    await sign(state, 'ben');
    for (const n of [1, 2])
      expect(await chat.card({ subject: `${state.id}/reminder-${n}`, of: 'ben' })).toContain(
        'It waits for nobody any more',
      );
  });

  test('a reminder follows an edit to the request that takes its place', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await after(state, 5);
    const { stores, tenant, people: who } = world.kit;
    const edited = await stores.approvals.edit(tenant, state.id, {
      ...{ by: who.ben.id, via: 'slack', actionDigest: state.actionDigest, cardDigest: null },
      ...{
        args: { ...state.action.args, reason: 'Burst pipe' },
        successorAmount: state.amount,
        comment: null,
      },
    });
    if (!edited.ok || !edited.successor) throw new Error('the edit was refused');
    expect(await copiesOf(`${state.id}/reminder-1`)).toEqual([]);
    expect(await chat.card({ subject: `${edited.successor.id}/reminder-1`, of: 'ada' })).toContain(
      'Reminder:',
    );
  });

  test('escalation puts the card before the senior group, and every card says so', async () => {
    const chat = chats[name];
    const state = await world.ask();
    expect(await chat.card({ subject: state.id })).not.toContain('escalated');
    expect(await after(state, 49)).toMatchObject({ ok: true, happened: { what: 'escalated' } });
    expect(await people(state.id)).toContain(world.kit.people.sofia.id);
    const senior = await chat.card({ subject: state.id, of: 'sofia' });
    expect(senior).toContain('escalated');
    expect(senior).toContain('Approve');
    for (const one of Object.values(chats))
      expect(await one.card({ subject: state.id })).toContain('escalated');
    await chat.press('sofia', { subject: state.id, of: 'sofia' }, 'Approve');
    expect((await world.approval(state.id)).signatures).toMatchObject([
      { person: world.kit.people.sofia.id },
    ]);
  });

  test('expiry closes every card as expired, and never as declined', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await after(state, 49);
    await chat.card({ subject: state.id, of: 'sofia' });
    expect(await after(state, 50)).toMatchObject({ ok: true, happened: { what: 'expired' } });
    for (const one of Object.values(chats))
      for (const of of [undefined, 'sofia'] as const) {
        const shown = await one.card({ subject: state.id, ...(of ? { of } : {}) });
        expect(shown).toContain('Expired with 0 of 2');
        expect(shown).not.toMatch(/Declined|"Approve"|Decline…/);
      }
    expect(await chat.card({ subject: `${state.id}/reminder-2`, of: 'ben' })).toContain(
      'Expired with 0 of 2',
    );
    // Too late: the click is told so, and changes nothing.
    expect(await sign(state, 'ben')).toMatchObject({ ok: false, reason: 'expired' });
  });
});

test('whoever can be written to nowhere finds the reminder under the card in the channel', async () => {
  const state = await world.ask();
  await Promise.all(Object.values(chats).map((one) => one.card({ subject: state.id })));
  const superuser = await world.kit.as('superuser');
  await superuser.query(`UPDATE chat_identities SET kind = 'guest' WHERE person = $1`, [
    world.kit.people.ben.id,
  ]);
  await after(state, 5);
  await superuser.query(`UPDATE chat_identities SET kind = 'member' WHERE person = $1`, [
    world.kit.people.ben.id,
  ]);
  const here = await copyAt(world, 'slack', { subject: state.id });
  const reminder = await copyAt(world, 'slack', { subject: `${state.id}/reminder-1` });
  expect(reminder.thread).toBe(here.message);
});
