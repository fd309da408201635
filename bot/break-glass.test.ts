import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BREAK_GLASS, questionSubject } from '../core/approval/card-subjects.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import type { Selector } from '../core/policy-types.ts';
import { EXAMPLE_POLICY } from '../local/example/example.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';

/** An Admin alone, with a reason, where policy allows it: the same in Slack and in Teams, over both real wires. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', Hands>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: handsInSlack(world), Teams: handsInTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'mara', 'ines');
});
afterAll(() => world?.close());

const BOTH = ['Slack', 'Teams'] as const;
const LABEL = 'Break glass…';
const REASON = 'The roof is open and nobody else can be reached.';
const CONFIRMED = { reason: REASON, confirmation: 'BREAK GLASS' };

const noticeOf = (state: ApprovalState): string =>
  questionSubject({ approval: state.id, question: BREAK_GLASS });

async function bodiesOf(state: ApprovalState, kind: string): Promise<Record<string, unknown>[]> {
  const superuser = await world.kit.as('superuser');
  const { rows } = await superuser.query<{ actor: string; body: string }>(
    `SELECT e.header::jsonb ->> 'actor' AS actor, b.body FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq)
     WHERE e.subject = $1 AND e.kind = $2 ORDER BY e.seq`,
    [state.id, kind],
  );
  return rows.map(({ actor, body }) => ({ actor, ...(JSON.parse(body) as object) }));
}

const refusalsOf = async (state: ApprovalState): Promise<string[]> =>
  (await bodiesOf(state, 'refused')).map(({ verb, reason }) => `${String(verb)}: ${String(reason)}`);

/** A policy newer than the one in force; its stages may ask others, and allow the glass to be broken or not. */
async function policyWith(breakGlass: boolean, who?: readonly Selector[]): Promise<void> {
  const { stores, tenant } = world.kit;
  const version = ((await stores.approvals.policy(tenant))?.version ?? 0) + 1;
  const rules = EXAMPLE_POLICY.rules.map((rule) => ({
    ...rule,
    require: {
      ...rule.require,
      breakGlass,
      stages: rule.require.stages.map((stage) => ({ ...stage, who: [...stage.who, ...(who ?? [])] })),
    },
  }));
  await stores.approvals.putPolicy(tenant, { ...EXAMPLE_POLICY, version, rules });
}

const breakBy = (
  state: ApprovalState,
  who: 'mara' | 'ines',
  change: Partial<{ actionDigest: string }> = {},
) =>
  world.kit.stores.approvals.transition(world.kit.tenant, state.id, {
    kind: 'break-glass',
    by: world.kit.people[who].id,
    via: 'slack',
    reason: REASON,
    actionDigest: (change.actionDigest ?? state.actionDigest) as ApprovalState['actionDigest'],
  });

describe.each(BOTH)('breaking the glass, in %s', (name) => {
  test('approves alone, and says so on every copy, in the ledger, to the team, its manager and the Admins', async () => {
    const chat = chats[name];
    const state = await world.ask();
    const here = { subject: state.id };
    await Promise.all(Object.values(chats).map((one) => one.card(here)));
    const form = await chat.press('ines', here, LABEL);
    expect(form).toContain('Pay £6,180.00 on claim CLM-0847');
    expect(form).toContain('£6,180.00');
    expect(form).toContain('BREAK GLASS');
    expect(await chat.fillIn('ines', CONFIRMED)).toMatch(
      /Recorded\. Approved by an Admin alone, by break-glass\. Ledger #\d+/,
    );
    const { ines } = world.kit.people;
    expect(await world.approval(state.id)).toMatchObject({
      status: 'approved',
      signatures: [],
      breakGlass: { person: ines.id, reason: REASON },
    });
    for (const one of Object.values(chats)) {
      const card = await one.card(here);
      expect(card).toContain('The glass was broken: Ines Vogel approved this alone.');
      expect(card).toContain(REASON);
      for (const of of [undefined, 'mara'] as const) {
        const notice = await one.card({ subject: noticeOf(state), ...(of ? { of } : {}) });
        expect(notice).toContain('Approved alone');
        expect(notice).toContain(REASON);
      }
    }
    // Whoever broke it needs no telling.
    const told = await world.kit.stores.copies.ofSubject(world.kit.tenant, noticeOf(state));
    expect(told.map(({ person }) => person)).not.toContain(ines.id);
    expect(await bodiesOf(state, 'approval.break-glass')).toMatchObject([
      { actor: ines.id, status: 'approved', signed: 0, needed: 2 },
    ]);
    const { lines } = await world.kit.stores.ledger.verify(world.kit.tenant, state.id);
    expect(lines.map(({ sentence }) => sentence)).toContain(
      `Ines Vogel broke the glass and approved it alone: ${REASON}`,
    );
    expect(
      await chat.press('mara', { subject: noticeOf(state), of: 'mara' }, 'Verify').catch(String),
    ).toMatch(/shows no button/);
  });

  test('the notice tells what came of it', async () => {
    const state = await world.ask();
    expect((await breakBy(state, 'ines')).ok).toBe(true);
    const first = await copyAt(world, chats[name].platform, { subject: noticeOf(state), of: 'mara' });
    const begun = await world.kit.stores.approvals.transition(world.kit.tenant, state.id, {
      ...{ kind: 'execute-begin', actionDigest: state.actionDigest, preconditionsHold: true },
    });
    expect(begun.ok).toBe(true);
    const later = await chats[name].card({ subject: noticeOf(state), of: 'mara' });
    expect(later).toContain('Approved by break-glass, executing now');
    const second = await copyAt(world, chats[name].platform, { subject: noticeOf(state), of: 'mara' });
    expect(second.message).toBe(first.message);
  });

  test('attack 23: takes a reason and the phrase, and keeps the form until it has both', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await chat.press('ines', { subject: state.id }, LABEL);
    const slip = await chat.fillIn('ines', { reason: REASON, confirmation: 'break glass' });
    expect(slip).toContain('Please type BREAK GLASS, in capitals, to confirm.');
    await chat.press('ines', { subject: state.id }, LABEL);
    expect(await chat.fillIn('ines', { reason: '  ', confirmation: 'BREAK GLASS' })).toContain(
      'Please fill this in.',
    );
    expect((await world.approval(state.id)).version).toBe(state.version);
    expect(await bodiesOf(state, 'approval.break-glass')).toEqual([]);
  });

  test('attack 23: a Manager cannot, nor an Admin on their own request', async () => {
    const chat = chats[name];
    const state = await world.ask();
    expect(await chat.press('mara', { subject: state.id }, LABEL)).toMatch(/roles do not allow/);
    const own = await world.ask({ requester: world.kit.people.ines.id });
    expect(await chat.press('ines', { subject: own.id }, LABEL)).toMatch(/asked for this yourself/);
    // A form made by hand meets the same answer.
    expect(await breakBy(state, 'mara')).toMatchObject({ ok: false, reason: 'not_permitted' });
    expect(await breakBy(own, 'ines')).toMatchObject({ ok: false, reason: 'own_request' });
    expect(await refusalsOf(state)).toEqual(['break_glass: not_permitted', 'break-glass: not_permitted']);
    expect(await refusalsOf(own)).toEqual(['break_glass: own_request', 'break-glass: own_request']);
  });

  test('a card of before an edit breaks nothing, and a forged digest neither', async () => {
    const chat = chats[name];
    const state = await world.ask();
    await chat.press('ines', { subject: state.id }, LABEL);
    const edited = await world.kit.stores.approvals.edit(world.kit.tenant, state.id, {
      ...{ by: world.kit.people.ada.id, via: 'slack', actionDigest: state.actionDigest, cardDigest: null },
      args: { ...state.action.args, reason: 'Burst pipe' },
      ...{ successorAmount: state.amount, comment: null },
    });
    if (!edited.ok || !edited.successor) throw new Error('the edit was refused');
    expect(await chat.fillIn('ines', CONFIRMED)).toMatch(/This request was edited/);
    expect(await breakBy(edited.successor, 'ines', state)).toMatchObject({ reason: 'digest_mismatch' });
    expect((await world.approval(edited.successor.id)).status).toBe('pending');
  });
});

describe.each(BOTH)('where it is not for them, in %s', (name) => {
  test('whoever edited cannot, though the policy asks them', async () => {
    const chat = chats[name];
    await policyWith(true, [{ kind: 'role', role: 'admin' }]);
    const state = await world.ask();
    const edited = await world.kit.stores.approvals.edit(world.kit.tenant, state.id, {
      ...{ by: world.kit.people.ines.id, via: 'slack', actionDigest: state.actionDigest, cardDigest: null },
      args: { ...state.action.args, reason: 'Burst pipe' },
      ...{ successorAmount: state.amount, comment: null },
    });
    if (!edited.ok || !edited.successor) throw new Error('the edit was refused');
    const next = edited.successor;
    await chat.press('ines', { subject: next.id }, LABEL);
    expect(await chat.fillIn('ines', CONFIRMED)).toMatch(/You edited this request/);
    expect((await world.approval(next.id)).status).toBe('pending');
  });

  test('a policy without it shows no such entry and refuses; one that changed since refuses as well', async () => {
    const chat = chats[name];
    await policyWith(true);
    const allowed = await world.ask();
    await chat.press('ines', { subject: allowed.id }, LABEL);
    await policyWith(false);
    expect(await chat.fillIn('ines', CONFIRMED)).toMatch(/does not let anybody break the glass/);
    const state = await world.ask();
    await expect(chat.press('ines', { subject: state.id }, LABEL)).rejects.toThrow(/shows no button/);
    expect(await breakBy(state, 'ines')).toMatchObject({ ok: false, reason: 'break_glass_not_allowed' });
    expect((await world.approval(allowed.id)).status).toBe('pending');
    expect((await world.approval(state.id)).status).toBe('pending');
  });
});
