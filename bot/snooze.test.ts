import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { questionSubject, reminderAfterSnooze } from '../core/approval/card-subjects.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { letPass } from '../test/passing.ts';

/** Snooze, in both chats over their real wires. */
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

const HOUR = 3_600_000;
const timer = (state: ApprovalState) =>
  world.kit.stores.approvals.transition(world.kit.tenant, state.id, { kind: 'timer' });
const copiesOf = (subject: string) => world.kit.stores.copies.ofSubject(world.kit.tenant, subject);

describe.each(['Slack', 'Teams'] as const)('a snooze, in %s', (name) => {
  test('is for one person, moves no deadline, shows in their inbox alone, and ends with a reminder', async () => {
    const chat = chats[name];
    const state = await world.ask();
    const here = { subject: state.id };
    const before = await chat.card(here);
    const form = await chat.press('ada', here, 'Snooze…');
    expect(form).toContain('Tomorrow morning');
    expect(form).toContain('4 hours, until');
    const inAnHour = /"value":"(\d{13})"/.exec(form)?.[1] ?? '';
    expect(await chat.fillIn('ada', { until: inAnHour })).toMatch(
      /Recorded\. Snoozed until .+: no reminders until then; the deadline stays\. Ledger #\d+/,
    );
    await chat.press('ada', here, 'Snooze…');
    expect(await chat.fillIn('ada', { until: inAnHour })).toContain('recorded before');
    const snoozed = await world.approval(state.id);
    const untilMs = snoozed.snoozes[0]?.untilMs ?? 0;
    expect(snoozed.snoozes).toEqual([{ person: world.kit.people.ada.id, untilMs: Number(inAnHour) }]);
    expect(untilMs - Date.now()).toBeGreaterThan(HOUR / 2);
    // Nobody else is told: no card is edited, nor says anything.
    expect((await copiesOf(state.id)).map(({ wantedVersion }) => wantedVersion)).toEqual([1, 1]);
    expect(await chat.card(here)).toBe(before);
    const mine = async (who: 'ada' | 'ben') =>
      (await world.kit.stores.approvals.inbox(world.kit.tenant, world.kit.people[who])).waiting.find(
        ({ id }) => id === state.id,
      );
    expect(await mine('ada')).toMatchObject({ mine: true, snoozedUntilMs: untilMs });
    expect(await mine('ben')).toMatchObject({ mine: true, snoozedUntilMs: null });
    expect(await chat.type('ada', 'inbox')).toContain('snoozed until');
    expect(await chat.type('ben', 'inbox')).not.toContain('snoozed until');
    // The snooze ends: only its person is reminded, in both chats, by a message that decides nothing.
    await letPass(world.kit, state.id, 2);
    expect(await timer(state)).toMatchObject({ ok: true, happened: { what: 'snooze-ended' } });
    const ended = (await world.approval(state.id)).snoozes[0]?.untilMs ?? 0;
    const reminder = questionSubject({ approval: state.id, question: reminderAfterSnooze(ended) });
    const told = await copiesOf(reminder);
    expect(new Set(told.map(({ person }) => person))).toEqual(new Set([world.kit.people.ada.id]));
    expect(told.map(({ platform }) => platform).sort()).toEqual(['slack', 'teams']);
    const shown = await chat.card({ subject: reminder, of: 'ada' });
    expect(shown).toContain('Reminder: Pay £6,180.00 on claim CLM-0847');
    expect(shown).not.toContain('Approve');
    expect(await timer(state)).toMatchObject({ duplicate: true });
    // Signed from the card; the reminder says so too.
    await chat.press('ada', here, 'Approve');
    expect(await chat.card({ subject: reminder, of: 'ada' })).toContain('Waiting for 1 more signature');
  });

  test('keeps the reminders from who asked for it, and from nobody else', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await chat.press('ada', { subject: state.id }, 'Snooze…');
    await chat.fillIn('ada', { until: 'other', at: 'in 3 days' });
    await letPass(world.kit, state.id, 5);
    expect(await timer(state)).toMatchObject({ ok: true, happened: { what: 'reminded' } });
    const told = await copiesOf(`${state.id}/reminder-1`);
    const people = new Set(told.map(({ person }) => person));
    expect(people.has(world.kit.people.ada.id)).toBe(false);
    expect(people.has(world.kit.people.ben.id)).toBe(true);
    await copyAt(world, chat.platform, { subject: `${state.id}/reminder-1`, of: 'ben' });
  });

  test('is for those who may sign, until a time to come that can be told', async () => {
    const chat = chats[name];
    const state = await world.ask();
    expect(await chat.press('robin', { subject: state.id }, 'Snooze…')).toMatch(/asked for this yourself/);
    expect(await chat.press('mara', { subject: state.id }, 'Snooze…')).toBeTruthy();
    await chat.press('ada', { subject: state.id }, 'Snooze…');
    expect(await chat.fillIn('ada', { until: 'other', at: 'when I feel like it' })).toContain(
      'Please write a date and time',
    );
    await chat.press('ada', { subject: state.id }, 'Snooze…');
    expect(await chat.fillIn('ada', { until: 'other', at: '2020-01-01 09:00' })).toContain(
      'That time has passed',
    );
    // Forged: an instant that the form never offered, behind now, and one that is none.
    for (const until of ['1000000000000', 'other', 'NaN', '9'.repeat(40)]) {
      await chat.press('ada', { subject: state.id }, 'Snooze…');
      expect(await chat.fillIn('ada', { until })).toMatch(/passed|Please write a date|valid|choose|option/i);
    }
    expect((await world.approval(state.id)).snoozes).toEqual([]);
  });
});
