import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalEvent, ApprovalState } from '../core/approval/types.ts';
import type { PersonId, RunId } from '../core/ids.ts';
import { ASK_PERSON } from '../core/person-question.ts';
import { questionSubject, reminderAfterSnooze } from '../core/approval/card-subjects.ts';
import { addOtherTenant, startBotKit, type BotKit } from '../test/bot-kit.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { letPass } from '../test/passing.ts';
import { testApproval, type ExamplePerson } from '../test/test-stores.ts';

/** An agent's blocking questions and their answers: the same in Slack and in Teams, over both real wires. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands>>;
let typists: Readonly<Record<'Slack' | 'Teams', Typist>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: handsInSlack(world), Teams: handsInTeams(world) };
  typists = { Slack: inSlack(world), Teams: inTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara');
});
afterAll(() => world?.close());

const BOTH = ['Slack', 'Teams'] as const;
const QUESTION = 'Which amount was claimed on CLM-0860?';
const ABOUT = { to: 'claims', question: QUESTION, why: 'The claim and the bill differ.', citations: [] };
const FIELD = {
  ...{ label: 'Claimed amount', type: 'amount', current: { currency: 'GBP', micros: 9_480_000_000 } },
  ...{ least: 1, most: 240_000 },
};
const CORRECT = { ...ABOUT, kind: 'correct_field', field: FIELD };
const CHOOSE = { ...ABOUT, kind: 'choose', options: ['What was claimed', 'What was billed'] };
const EXCEPTION = { ...ABOUT, kind: 'grant_exception' };

const EVIDENCE = { ...testApproval('' as RunId, '' as PersonId).evidence, title: QUESTION };

const asking = (args: typeof CORRECT | typeof CHOOSE | typeof EXCEPTION): Promise<ApprovalState> =>
  world.ask({
    ...ASK_PERSON,
    evidence: EVIDENCE,
    ...{ args, effect: 'reversible', amount: null, answeredBy: [{ kind: 'group', group: 'claims' }] },
  });

const by = (
  state: ApprovalState,
  who: ExamplePerson,
  event: { kind: string } & Record<string, unknown>,
  tenant = world.kit.tenant,
) =>
  world.kit.stores.approvals.transition(tenant, state.id, {
    ...{ by: world.kit.people[who].id, via: 'slack', cardDigest: null, actionDigest: state.actionDigest },
    ...event,
  } as ApprovalEvent);

async function entries(state: ApprovalState, kind: string): Promise<Record<string, unknown>[]> {
  const superuser = await world.kit.as('superuser');
  const { rows } = await superuser.query<{ actor: string; body: string }>(
    `SELECT e.header::jsonb ->> 'actor' AS actor, b.body FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq)
     WHERE e.subject = $1 AND e.kind = $2 ORDER BY e.seq`,
    [state.id, kind],
  );
  return rows.map(({ actor, body }) => ({ actor, ...(JSON.parse(body) as object) }));
}

describe.each(BOTH)('a question of an agent, in %s', (name) => {
  test('asks to correct a field, says what is wrong with an answer and keeps it, then shows the right one everywhere', async () => {
    const chat = chats[name];
    const state = await asking(CORRECT);
    const here = { subject: state.id };
    for (const one of Object.values(chats)) {
      const card = await one.card(here);
      for (const words of [QUESTION, 'Correct a field', 'says now £9,480.00', 'Waiting for an answer'])
        expect(card).toContain(words);
      expect(card).not.toContain('Approve');
      // The requester may know, and may not read the channel.
      expect(await one.card({ ...here, of: 'robin' })).toContain(QUESTION);
    }
    expect(await chat.press('ada', here, 'Answer…')).toContain('9480.00');
    const wrong = await chat.fillIn('ada', { value: 'about 3000' });
    expect(wrong).toContain('Please write an amount in GBP, like 5,830.00.');
    // Slack keeps what was typed by itself; Teams is sent the form anew, with it.
    if (name === 'Teams') expect(wrong).toContain('about 3000');
    expect(await chat.fillIn('ada', { value: '300,000.00' })).toContain(
      'It must lie between 1 GBP and 240,000 GBP.',
    );
    expect((await world.approval(state.id)).status).toBe('pending');
    expect(await chat.fillIn('ada', { value: '3,480.00', reason: 'A slip of the pen.' })).toMatch(
      /Recorded\. Answered; the run goes on\. Ledger #\d+/,
    );
    const { ada } = world.kit.people;
    expect(await world.approval(state.id)).toMatchObject({
      ...{ status: 'answered', signatures: [], execution: null },
      answer: {
        person: ada.id,
        value: { currency: 'GBP', micros: 3_480_000_000 },
        reason: 'A slip of the pen.',
      },
    });
    for (const one of Object.values(chats)) {
      const card = await one.card(here);
      for (const words of ['Answered by Ada Okafor', '£3,480.00', 'A slip of the pen.'])
        expect(card).toContain(words);
      expect(card).not.toContain('Answer…');
    }
    expect(await entries(state, 'approval.answered')).toMatchObject([{ actor: ada.id, status: 'answered' }]);
    const { lines } = await world.kit.stores.ledger.verify(world.kit.tenant, state.id);
    expect(lines.map(({ sentence }) => sentence)).toEqual(
      expect.arrayContaining([`Asked a person: ${QUESTION}`, 'Ada Okafor answered: £3,480.00']),
    );
  });

  test('offers options, also to the requester, and waits in the inbox of those it asks', async () => {
    const chat = chats[name];
    const state = await asking(CHOOSE);
    const { stores, tenant, people } = world.kit;
    const inbox = async (who: ExamplePerson) =>
      (await stores.approvals.inbox(tenant, people[who])).waiting.find(({ id }) => id === state.id);
    for (const who of ['ada', 'robin'] as const)
      expect(await inbox(who)).toMatchObject({ mine: true, question: true, title: QUESTION });
    expect((await inbox('sofia'))?.mine ?? false).toBe(false);
    const form = await chat.press('robin', { subject: state.id, of: 'robin' }, 'Answer…');
    expect(form).toContain('What was billed');
    expect(await chat.fillIn('robin', { value: 'option-2' })).toContain('Answered; the run goes on.');
    expect((await world.approval(state.id)).answer).toMatchObject({ value: 'What was billed', reason: null });
    const { decided } = await stores.approvals.inbox(tenant, people.robin);
    expect(decided[0]).toMatchObject({ id: state.id, status: 'answered' });
  });

  test('grants an exception only with a reason, and never to the requester', async () => {
    const chat = chats[name];
    const state = await asking(EXCEPTION);
    expect(await chat.press('robin', { subject: state.id }, 'Answer…')).toMatch(/asked for this yourself/);
    expect(await by(state, 'robin', { kind: 'respond', value: true, reason: 'Please.' })).toMatchObject({
      ok: false,
      reason: 'own_request',
    });
    const copies = await world.kit.stores.copies.ofSubject(world.kit.tenant, state.id);
    expect(copies.every(({ person }) => person === null)).toBe(true);
    await chat.press('ada', { subject: state.id }, 'Answer…');
    expect(await chat.fillIn('ada', { value: 'yes', reason: '  ' })).toContain('Please fill this in.');
    expect(await chat.fillIn('ada', { value: 'no', reason: 'The rule is there for this.' })).toContain(
      'Answered',
    );
    expect((await world.approval(state.id)).answer).toMatchObject({
      value: false,
      reason: 'The rule is there for this.',
    });
    expect(await by(state, 'robin', { kind: 'delegate', to: world.kit.people.ben.id })).toMatchObject({
      ok: false,
    });
  });

  test('is handed on to somebody who could answer anyway, by direct message', async () => {
    const chat = chats[name];
    const state = await asking(CHOOSE);
    await chat.press('ada', { subject: state.id }, 'Delegate…');
    expect(await chat.fillIn('ada', { to: chat.nameOf('ben') })).toContain('Asked somebody else');
    await copyAt(world, chat.platform, { subject: state.id, of: 'ben' });
    await chat.press('ben', { subject: state.id, of: 'ben' }, 'Answer…');
    await chat.fillIn('ben', { value: 'option-1' });
    const { ada, ben } = world.kit.people;
    expect((await world.approval(state.id)).answer).toMatchObject({ person: ben.id, onBehalfOf: ada.id });
  });

  test('can be put off by one person, who is reminded when that ends; the requester too, a stranger to it not', async () => {
    const chat = chats[name];
    const { kit } = world;
    const state = await asking(CHOOSE);
    const here = { subject: state.id };
    const until = (form: string): string => /"value":"(\d{13})"/.exec(form)?.[1] ?? '';
    const form = await chat.press('ada', here, 'Snooze…');
    expect(form).toContain(QUESTION);
    const said = await chat.fillIn('ada', { until: until(form) });
    expect(said).toMatch(/Recorded\. Snoozed until .+ Ledger #\d+/);
    const again = await chat.press('robin', { ...here, of: 'robin' }, 'Snooze…');
    expect(await chat.fillIn('robin', { until: until(again) })).toContain('Snoozed until');
    expect(await chat.press('sofia', here, 'Snooze…')).toContain('not for you to answer');
    expect(await by(state, 'sofia', { kind: 'snooze', untilMs: Date.now() + 60_000 })).toMatchObject({
      ...{ ok: false, reason: 'not_asked' },
    });
    const { snoozes, status } = await world.approval(state.id);
    expect(snoozes.map(({ person }) => person)).toEqual([kit.people.ada.id, kit.people.robin.id]);
    expect(status).toBe('pending');
    const mine = async (who: 'ada' | 'ben') =>
      (await kit.stores.approvals.inbox(kit.tenant, kit.people[who])).waiting.find(
        ({ id }) => id === state.id,
      );
    expect((await mine('ada'))?.snoozedUntilMs).toBe(snoozes[0]?.untilMs);
    expect((await mine('ben'))?.snoozedUntilMs).toBeNull();
    // It ends: both are reminded, by a message that asks for an answer and not for a signature, and nobody else is.
    await letPass(kit, state.id, 2);
    expect(await kit.stores.approvals.transition(kit.tenant, state.id, { kind: 'timer' })).toMatchObject({
      ...{ ok: true, happened: { what: 'snooze-ended' } },
    });
    for (const [i, who] of (['ada', 'robin'] as const).entries()) {
      const ended = (await world.approval(state.id)).snoozes[i]?.untilMs ?? 0;
      const reminder = questionSubject({ approval: state.id, question: reminderAfterSnooze(ended) });
      const shown = await chat.card({ subject: reminder, of: who });
      expect(shown).toContain(`Reminder: ${QUESTION}`);
      expect(shown).toContain('Waiting for an answer');
      expect(shown).not.toMatch(/signature|Approve/);
      const told = await kit.stores.copies.ofSubject(kit.tenant, reminder);
      expect(told.some(({ person }) => person === kit.people.ben.id)).toBe(false);
    }
  });

  test('attack: not by who is not asked, not with a stale or foreign card, not what was not offered, not twice', async () => {
    const chat = chats[name];
    const state = await asking(CHOOSE);
    expect(await chat.press('sofia', { subject: state.id }, 'Answer…')).toContain('not for you to answer');
    const respond = { kind: 'respond', value: 'What was billed', reason: null };
    expect(await by(state, 'sofia', respond)).toMatchObject({ ok: false, reason: 'not_asked' });
    const forged = { ...respond, actionDigest: 'f'.repeat(64) };
    expect(await by(state, 'ada', forged)).toMatchObject({ ok: false, reason: 'digest_mismatch' });
    const other = { ...respond, value: 'Whatever' };
    expect(await by(state, 'ada', other)).toMatchObject({ ok: false, reason: 'answer_refused' });
    const typed = { ...respond, value: true };
    expect(await by(state, 'ada', typed)).toMatchObject({ ok: false, reason: 'answer_refused' });
    // It is no request to sign, whoever tries.
    for (const event of [
      { kind: 'approve', comment: null },
      { kind: 'decline', reason: 'no' },
      { kind: 'break-glass', reason: 'now' },
    ])
      expect(await by(state, 'ines', event)).toMatchObject({ ok: false, reason: 'answer_needed' });
    const signing = await world.ask();
    expect(await by(signing, 'ada', respond)).toMatchObject({ ok: false, reason: 'wrong_state' });
    expect((await by(state, 'mara', respond)).ok).toBe(true);
    expect(await by(state, 'mara', respond)).toMatchObject({ ok: true, duplicate: true });
    expect(await by(state, 'ada', respond)).toMatchObject({ ok: false, reason: 'already_decided' });
    expect((await entries(state, 'refused')).map(({ reason }) => reason)).toEqual([
      ...['not_asked', 'not_asked', 'digest_mismatch', 'answer_refused', 'answer_refused'],
      ...['answer_needed', 'answer_needed', 'answer_needed', 'already_decided'],
    ]);
  });
});

test('attack 22: another company’s people find no such question', async () => {
  const state = await asking(CHOOSE);
  const tenant = await addOtherTenant(world.kit);
  const [olga] = await world.kit.stores.people.everyone(tenant);
  const said = await world.kit.stores.approvals.transition(tenant, state.id, {
    ...{ kind: 'respond', by: olga!.id, via: 'slack', actionDigest: state.actionDigest, cardDigest: null },
    ...{ value: 'What was billed', reason: null },
  });
  expect(said).toMatchObject({ ok: false, reason: 'not_found' });
  expect((await world.approval(state.id)).status).toBe('pending');
});

describe.each(BOTH)('a review of a decision, in %s', (name) => {
  test('is asked of people who did not decide it, answered with a reason, and recorded; whoever decided is refused', async () => {
    const chat = chats[name];
    const { ada, sofia } = world.kit.people;
    const decided = await world.ask();
    const declining = { kind: 'decline', reason: 'The bill is another house’s' };
    expect(await by(decided, 'ada', declining)).toMatchObject({ ok: true });
    expect(await typists[name].type('robin', `review ${decided.id} The bill was never read`)).toContain(
      'Asked people who did not decide it.',
    );
    expect(await typists[name].type('robin', `review ${decided.action.run}`)).toContain(
      'was asked for before',
    );
    const run = await world.kit.stores.runs.view(world.kit.tenant, decided.action.run);
    const id = run?.approvals.map((one) => one.id).find((one) => one !== decided.id);
    const state = id && (await world.kit.stores.approvals.get(world.kit.tenant, id));
    if (!state) throw new Error('no review was asked for');
    const here = { subject: state.id };
    const card = await chat.card(here);
    for (const words of [
      'Should this decision be changed?',
      'Review of a decision',
      'The bill was never read',
    ])
      expect(card).toContain(words);
    const answer = { kind: 'respond', value: false, reason: 'I decided well' };
    expect(await by(state, 'ada', answer)).toMatchObject({ ok: false, reason: 'not_asked' });
    expect(await by(state, 'robin', answer)).toMatchObject({ ok: false, reason: 'own_request' });
    expect(await chat.press('sofia', here, 'Answer…')).toContain('Yes, it should be changed');
    expect(await chat.fillIn('sofia', { value: 'yes', reason: 'The bill is of this house.' })).toContain(
      'Recorded',
    );
    expect(await entries(state, 'approval.answered')).toMatchObject([
      { actor: sofia.id, status: 'answered' },
    ]);
    const { lines } = await world.kit.stores.ledger.verify(world.kit.tenant, state.id);
    expect(lines.map(({ sentence }) => sentence)).toContain('Sofia Marin answered: yes');
    expect(ada.roles).toContain('approver');
  });
});
