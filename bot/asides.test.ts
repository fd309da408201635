import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { questionSubject } from '../core/approval/card-subjects.ts';
import { nextTimer } from '../core/approval/timers.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import type { ExamplePerson } from '../test/test-stores.ts';

/** Question and answer, delegation, snooze: the same in Slack and in Teams, over both real wires. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: handsInSlack(world), Teams: handsInTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara');
});
afterAll(() => world?.close());

const BOTH = ['Slack', 'Teams'] as const;
const otherOf = { Slack: 'Teams', Teams: 'Slack' } as const;
const HOUR = 3_600_000;

async function ledgerOf(state: ApprovalState, kind: string): Promise<{ actor: string; body: string }[]> {
  const superuser = await world.kit.as('superuser');
  const { rows } = await superuser.query<{ actor: string; body: string }>(
    `SELECT e.header::jsonb ->> 'actor' AS actor, b.body FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq)
     WHERE e.subject = $1 AND e.kind = $2 ORDER BY e.seq`,
    [state.id, kind],
  );
  return rows;
}

const refusalsOf = async (state: ApprovalState): Promise<string[]> =>
  (await ledgerOf(state, 'refused')).map(({ body }) => {
    const { verb, reason } = JSON.parse(body) as { verb: string; reason: string };
    return `${verb}: ${reason}`;
  });

const delegating = async (chat: Hands, state: ApprovalState, to: ExamplePerson | string): Promise<string> => {
  await chat.press('ada', { subject: state.id }, 'Delegate…');
  const named = to in world.kit.people ? chat.nameOf(to as ExamplePerson) : to;
  return chat.fillIn('ada', { to: named });
};

const asking = async (chat: Hands, state: ApprovalState, words: string): Promise<string> => {
  await chat.press('ada', { subject: state.id }, 'Ask a question…');
  return chat.fillIn('ada', { question: words });
};

const aboutFirst = (state: ApprovalState): string =>
  questionSubject({ approval: state.id, question: state.questions[0]?.id ?? '' });

describe.each(BOTH)('a question, in %s', (name) => {
  test('is asked, holds the clock, is answered by the requester, and both cards say so', async () => {
    const [chat, other] = [chats[name], chats[otherOf[name]]];
    const state = await world.ask();
    const here = { subject: state.id };
    // Both copies hang in their channels, so that the question comes under each.
    await Promise.all([chat.card(here), other.card(here)]);
    const form = await chat.press('ada', here, 'Ask a question…');
    expect(form).toContain('Pay £6,180.00 on claim CLM-0847');
    expect(await chat.fillIn('ada', { question: 'Is the excess taken off?' })).toMatch(
      /Recorded\. Asked a question; the clock waits for the answer\. Ledger #\d+/,
    );
    const asked = await world.approval(state.id);
    expect(asked.questions).toMatchObject([
      { by: world.kit.people.ada.id, text: 'Is the excess taken off?', answer: null },
    ]);
    expect(asked.pausedSinceMs).toBe(asked.questions[0]?.askedAtMs);
    // The reminder after 4 h moves back by the longest pause there is.
    const since = asked.pausedSinceMs ?? 0;
    expect((nextTimer(asked, since)?.inMs ?? 0) - (nextTimer(state, since)?.inMs ?? 0)).toBe(24 * HOUR);
    for (const one of [chat, other]) {
      const card = await one.card(here);
      expect(card).toContain('Waiting for an answer, then 2 more signatures');
      expect(card).toContain('Is the excess taken off?');
      const thread = await one.card({ subject: aboutFirst(asked) });
      expect(thread).toContain('Is the excess taken off?');
      const under = await copyAt(world, one.platform, { subject: aboutFirst(asked) });
      expect(under.thread).toBe((await copyAt(world, one.platform, here)).message);
      await copyAt(world, one.platform, { subject: aboutFirst(asked), of: 'robin' });
    }
    // The requester answers from their own chat; the answer goes everywhere, to the asker as well.
    expect(await chat.press('robin', { subject: aboutFirst(asked), of: 'robin' }, 'Answer…')).toContain(
      'Is the excess taken off?',
    );
    const field = `answer.${asked.questions[0]?.id}`;
    expect(await chat.fillIn('robin', { [field]: 'No, take it off by an edit.' })).toMatch(
      /Recorded\. Answered a question\. Ledger #\d+/,
    );
    const answered = await world.approval(state.id);
    expect(answered.pausedSinceMs).toBeNull();
    expect(answered.pausedTotalMs).toBeGreaterThan(0);
    for (const one of [chat, other]) {
      const card = await one.card(here);
      expect(card).toContain('Waiting for 2 more signatures');
      expect(card).toContain('No, take it off by an edit.');
      expect(card).not.toContain('Answer…');
      for (const of of [undefined, 'robin', 'ada'] as const) {
        const shown = await one.card({ subject: aboutFirst(asked), ...(of ? { of } : {}) });
        expect(shown).toContain('No, take it off by an edit.');
        expect(shown).not.toContain('Answer…');
      }
    }
    const { robin, ada } = world.kit.people;
    expect((await ledgerOf(state, 'approval.question-asked')).map(({ actor }) => actor)).toEqual([ada.id]);
    expect((await ledgerOf(state, 'approval.question-answered')).map(({ actor }) => actor)).toEqual([
      robin.id,
    ]);
  });

  test('can be answered from the request’s own card, and asked twice it is one', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await asking(chat, state, 'Who took the photos?');
    expect(await asking(chat, state, 'Who took the photos? ')).toContain('recorded before');
    const asked = await world.approval(state.id);
    expect(asked.questions).toHaveLength(1);
    await chat.press('robin', { subject: state.id }, 'Answer…');
    await chat.fillIn('robin', { [`answer.${asked.questions[0]?.id}`]: 'The plumber.' });
    expect((await world.approval(state.id)).questions).toMatchObject([
      { answer: 'The plumber.', answeredBy: world.kit.people.robin.id },
    ]);
  });

  test('follows an edit, and no answer is wanted once the request is over', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await asking(chat, state, 'Is it one payment?');
    const asked = await world.approval(state.id);
    await chat.card({ subject: aboutFirst(asked) });
    const { stores, tenant, people } = world.kit;
    const edited = await stores.approvals.edit(tenant, state.id, {
      ...{ by: people.ben.id, via: 'slack', actionDigest: state.actionDigest, cardDigest: null },
      ...{
        args: { ...state.action.args, reason: 'Burst pipe' },
        successorAmount: state.amount,
        comment: null,
      },
    });
    if (!edited.ok || !edited.successor) throw new Error('the edit was refused');
    const next = edited.successor;
    await chat.press('robin', { subject: aboutFirst(next) }, 'Answer…');
    await chat.fillIn('robin', { [`answer.${next.questions[0]?.id}`]: 'One.' });
    expect((await world.approval(next.id)).questions).toMatchObject([{ answer: 'One.' }]);

    const second = await world.ask();
    await asking(chat, second, 'And this one?');
    const waiting = await world.approval(second.id);
    await chat.card({ subject: aboutFirst(waiting) });
    const declined = await stores.approvals.transition(tenant, second.id, {
      ...{ kind: 'decline', by: people.ben.id, via: 'slack', reason: 'No invoice' },
      ...{ actionDigest: second.actionDigest, cardDigest: null },
    });
    expect(declined.ok).toBe(true);
    const shown = await chat.card({ subject: aboutFirst(waiting) });
    expect(shown).toContain('No answer is needed any more');
    expect(shown).not.toContain('Answer…');
  });

  test('is not the requester’s to ask, nor another’s to answer, nor empty', async () => {
    const chat = chats[name];
    const state = await world.ask();
    expect(await chat.press('robin', { subject: state.id }, 'Ask a question…')).toMatch(
      /asked for this yourself/,
    );
    await asking(chat, state, 'Why today?');
    expect(await chat.press('ben', { subject: state.id }, 'Answer…')).toMatch(/roles do not allow/);
    // A form that was opened by hand changes nothing: the machine judges again.
    const { questions } = await world.approval(state.id);
    const { stores, tenant, people } = world.kit;
    const byBen = await stores.approvals.transition(tenant, state.id, {
      ...{ kind: 'answer', by: people.ben.id, questionId: questions[0]?.id ?? '', text: 'Because.' },
    });
    expect(byBen).toMatchObject({ ok: false, reason: 'not_permitted' });
    await chat.press('robin', { subject: state.id }, 'Answer…');
    expect(await chat.fillIn('robin', { [`answer.${questions[0]?.id}`]: '   ' })).toMatch(
      /answer at least one question|fill this in/,
    );
    expect(await refusalsOf(state)).toEqual([
      'ask: own_request',
      'answer: not_permitted',
      'answer: not_permitted',
    ]);
    expect((await world.approval(state.id)).questions).toMatchObject([{ answer: null }]);
  });
});

describe.each(BOTH)('a delegation, in %s', (name) => {
  test('asks somebody else who may sign, by direct message in both chats, and widens nothing', async () => {
    const chat = chats[name];
    const state = await world.ask();
    const form = await chat.press('ada', { subject: state.id }, 'Delegate…');
    if (name === 'Slack') expect(form).toContain('users_select');
    else {
      expect(form).toContain('Ben Sato (claims)');
      expect(form).toContain('Sofia Marin (senior-approvers)');
      // Neither the requester, nor oneself, nor who may not sign.
      for (const nobody of ['Robin Reyes (', 'Ada Okafor (', 'Ines Vogel ('])
        expect(form).not.toContain(nobody);
    }
    expect(await chat.fillIn('ada', { to: chat.nameOf('sofia') })).toMatch(
      /Recorded\. Asked somebody else to decide instead\. Ledger #\d+/,
    );
    const { ada, sofia } = world.kit.people;
    expect((await world.approval(state.id)).delegations).toMatchObject([
      { from: ada.id, to: sofia.id, by: ada.id },
    ]);
    for (const one of Object.values(chats)) {
      expect(await one.card({ subject: state.id })).toContain('Ada Okafor to Sofia Marin (senior-approvers)');
      expect(await one.card({ subject: state.id, of: 'sofia' })).toContain('Approve');
    }
    expect((await ledgerOf(state, 'approval.delegated')).map(({ actor }) => actor)).toEqual([ada.id]);
    // The delegate signs from that direct message, in the delegator's name as well as their own.
    await chat.press('sofia', { subject: state.id, of: 'sofia' }, 'Approve');
    const signed = await world.approval(state.id);
    expect(signed.signatures).toMatchObject([{ person: sofia.id, onBehalfOf: ada.id }]);
    expect(signed.status).toBe('pending');
  });

  test('twice is once', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await delegating(chat, state, 'ben');
    expect(await delegating(chat, state, 'ben')).toContain('recorded before');
    expect((await world.approval(state.id)).delegations).toHaveLength(1);
  });

  test('never goes to the requester, oneself, a stranger or who may not sign', async () => {
    const chat = chats[name];
    const state = await world.ask();
    const stranger = name === 'Slack' ? EXAMPLE.stranger.slackUser : EXAMPLE.stranger.entraObject;
    for (const to of ['robin', 'ada', 'ines', stranger])
      expect(await delegating(chat, state, to)).toMatch(/must be able to decide this anyway/);
    expect(await refusalsOf(state)).toEqual(Array(4).fill('delegate: delegate_not_allowed'));
    expect((await world.approval(state.id)).delegations).toEqual([]);
  });

  test('attack 20: the requester names no delegate, and whom they named elsewhere may not be one', async () => {
    const chat = chats[name];
    const state = await world.ask();
    expect(await chat.press('robin', { subject: state.id }, 'Delegate…')).toMatch(/asked for this yourself/);
    const superuser = await world.kit.as('superuser');
    const { tenant, people } = world.kit;
    await superuser.query(
      `INSERT INTO delegations (tenant, delegation, from_person, to_person, from_at, until_at, created_by)
       VALUES ($1, $2, $3, $4, now(), now() + interval '1 hour', $3)`,
      [tenant, `dlg_${name}`, people.robin.id, people.ben.id],
    );
    expect(await delegating(chat, state, 'ben')).toMatch(/must not be named by the person who asked/);
    expect(await chat.press('ben', { subject: state.id }, 'Approve')).toMatch(
      /must not be named by the person who asked/,
    );
    await superuser.query('DELETE FROM delegations WHERE delegation = $1', [`dlg_${name}`]);
    expect(await refusalsOf(state)).toEqual([
      'delegate: own_request',
      'delegate: delegate_not_allowed',
      'approve: delegate_not_allowed',
    ]);
    expect((await world.approval(state.id)).signatures).toEqual([]);
  });
});
