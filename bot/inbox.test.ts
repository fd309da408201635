import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import type { NewApproval } from '../platform/stores.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { meetInTeams } from '../test/hands.ts';
import { inboxInSlack, inboxInTeams, until, type InboxHands } from '../test/inbox-hands.ts';

/** A person's inbox, several signatures at once, evidence, changes and long arguments: in Slack and in Teams. */
let world: BotKit;
let chats: Readonly<Record<'Slack' | 'Teams', InboxHands>>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inboxInSlack(world), Teams: inboxInTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara', 'ines');
});
afterAll(() => world?.close());

const BOTH = ['Slack', 'Teams'] as const;

/** Reversible, so of low risk, and small: one signature. */
const REFER: Partial<NewApproval> = {
  tool: 'refer_to_siu',
  args: { claim: 'CLM-0847', reason: 'Two water claims' },
  effect: 'reversible',
  amount: null,
};
const evidence = (title: string): NewApproval['evidence'] => ({
  title,
  assessment: {
    ...{ score: 0.41, baseRate: 0.18, confidence: 0.78, unsure: 'The cause.', recommendation: 'refer' },
    ask: 'asks to look at both claims together.',
    signals: [{ name: 's', weight: 0.18, text: 'Second claim in 14 months', citation: 'CLM-0312' }],
  },
  sources: [{ citation: 'CLM-0312', readAtMs: Date.UTC(2026, 10, 24, 9), asOf: 'filed 19 Nov' }],
  ...{ argumentLabels: { claim: 'Claim', reason: 'Reason' }, connectorLabel: 'Insurer', rehearsal: true },
});
let asked = 0;
const refer = (change: Partial<NewApproval> = {}): Promise<ApprovalState> =>
  world.ask({ ...REFER, evidence: evidence(`Refer claim number ${(asked += 1)}`), ...change });

const titleOf = async ({ id }: ApprovalState): Promise<string> =>
  (await world.kit.stores.approvals.view(world.kit.tenant, id))?.evidence.title ?? '';

async function ledger(kind: string, subject: string): Promise<string[]> {
  const superuser = await world.kit.as('superuser');
  const { rows } = await superuser.query<{ body: string }>(
    `SELECT b.body FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq)
     WHERE e.kind = $1 AND e.subject = $2 ORDER BY e.seq`,
    [kind, subject],
  );
  return rows.map(({ body }) => body);
}

/** Ends what earlier tests left waiting, so that each begins with an empty inbox. */
async function clear(): Promise<void> {
  const { stores, tenant, people } = world.kit;
  for (const { id } of (await stores.approvals.inbox(tenant, people.ines)).waiting)
    await stores.approvals.transition(tenant, id, {
      kind: 'cancel',
      by: people.ines.id,
      reason: 'A test is over',
    });
}

describe.each(BOTH)('an inbox, in %s', (name) => {
  test('shows what waits for its owner, soonest first, and is kept true without being asked', async () => {
    await clear();
    const chat = chats[name];
    const first = await refer();
    const second = await world.ask();
    const shown = await chat.open('ada');
    expect(shown).toContain('2 requests waiting for you');
    expect(shown.indexOf(await titleOf(first))).toBeLessThan(
      shown.indexOf('Pay £6,180.00 on claim CLM-0847'),
    );
    expect(shown).toContain('asks to look at both claims together.');
    expect(shown).toContain('high risk');
    // Somebody else decides one of them, and a new one comes: both are seen without a click.
    const { stores, tenant, people } = world.kit;
    await stores.approvals.transition(tenant, first.id, {
      ...{ kind: 'decline', by: people.ben.id, via: 'slack', reason: 'No' },
      ...{ actionDigest: first.actionDigest, cardDigest: null },
    });
    const third = await refer();
    const now = await until('the inbox to be true again', async () => {
      const text = await chat.shows('ada');
      return text.includes(`"${await titleOf(third)}`) || text.includes(await titleOf(third)) ? text : null;
    });
    expect(now).not.toContain(await titleOf(first));
    // What she signs moves from one part of it to the other.
    await stores.approvals.transition(tenant, third.id, {
      ...{ kind: 'approve', by: people.ada.id, via: 'slack', comment: null },
      ...{ actionDigest: third.actionDigest, cardDigest: null },
    });
    await until('it among the decided', async () => {
      const text = await chat.shows('ada');
      return text.includes('1 request waiting for you') && text.includes(`${third.id}`);
    });
    expect((await world.approval(second.id)).status).toBe('pending');
  });

  test('shows who stands in for its owner as soon as it is said, and no longer than that', async () => {
    const chat = chats[name];
    const { stores, tenant, people } = world.kit;
    const away = { from: people.ada.id, to: people.ben.id, fromMs: null, untilMs: Date.now() + 3_600_000 };
    expect(await chat.open('ada')).not.toContain('Ben');
    const made = await stores.delegations.create(tenant, away);
    if (!made.ok) throw new Error(made.why);
    await until('Ben in her inbox', async () => ((await chat.shows('ada')).includes('Ben') ? true : null));
    await stores.delegations.end(tenant, made.delegation, people.ada.id);
    await until('Ben gone from it', async () => ((await chat.shows('ada')).includes('Ben') ? null : true));
  });

  test('opens a request, whole, and is where it is signed', async () => {
    await clear();
    const chat = chats[name];
    const state = await refer();
    await chat.open('ada');
    const form = await chat.press('ada', 'Open…', state);
    expect(form).toContain('Two water claims');
    expect(form).toContain('The whole request');
    expect(await chat.handIn('ada')).toMatch(/Recorded\. Approved, 1 of 1|Recorded\./);
    const signed = await world.approval(state.id);
    expect(signed.signatures).toMatchObject([{ person: world.kit.people.ada.id, via: chat.platform }]);
    expect(signed.signatures[0]?.cardDigest).toMatch(/^[0-9a-f]{64}$/);
    expect((await ledger('request.read', state.id)).map((body) => JSON.parse(body) as object)).toMatchObject([
      { what: 'open', page: 1, via: chat.platform },
    ]);
  });

  test('declines from the opened request, by a form on top of it', async () => {
    await clear();
    const chat = chats[name];
    const state = await refer();
    await chat.open('ada');
    await chat.press('ada', 'Open…', state);
    expect(await chat.pressInForm('ada', 'Decline…')).toContain('Decline this request');
    await chat.handIn('ada', { reason: 'One claim only' });
    expect((await world.approval(state.id)).declined).toMatchObject({ reason: 'One claim only' });
  });

  test('has pages, and stays on the one that was turned to', async () => {
    await clear();
    const chat = chats[name];
    const states: ApprovalState[] = [];
    for (let i = 0; i < 12; i += 1) states.push(await refer());
    const first = await chat.open('ada');
    expect(first).toContain('Page 1 of 2');
    expect(first).not.toContain(states[11]?.id ?? '');
    await chat.press('ada', 'Read on');
    const second = await until('the second page', async () => {
      const text = await chat.shows('ada');
      return text.includes('Page 2 of 2') ? text : null;
    });
    expect(second).toContain(states[11]?.id);
    expect(second).not.toContain(states[0]?.id);
    const more = await refer();
    await until('the new one on the second page', async () => (await chat.shows('ada')).includes(more.id));
  });

  test('is nobody else’s: whoever opens one is shown their own', async () => {
    await clear();
    const chat = chats[name];
    const state = await refer();
    const robins = await chat.open('robin');
    expect(robins).toContain('Nothing waits for you');
    expect(robins).toContain('Waiting for others');
    const title = await titleOf(state);
    // Ines is an Admin and knows of it; a person of another team who is not asked sees nothing of it.
    const { stores, tenant, people } = world.kit;
    const superuser = await world.kit.as('superuser');
    await superuser.query(`UPDATE people SET team = 'marketing' WHERE person = $1`, [people.ben.id]);
    try {
      expect(await chat.open('ben')).not.toContain(title);
      expect((await stores.approvals.inbox(tenant, { ...people.ben, team: 'marketing' })).waiting).toEqual(
        [],
      );
    } finally {
      await superuser.query(`UPDATE people SET team = 'claims' WHERE person = $1`, [people.ben.id]);
    }
  });
});
