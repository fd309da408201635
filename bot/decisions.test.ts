import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sha256 } from '../core/canonical-json.ts';
import { ApprovalId } from '../core/ids.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { newId } from '../platform/ids.ts';
import {
  addOtherTenant,
  clickBody,
  FORM,
  startBotKit,
  type BotKit,
  type ClickParts,
} from '../test/bot-kit.ts';
import { CHATS_WAIT_MS, PATIENCE_MS } from '../test/patience.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { chatsWait } from './deadline.ts';

let world: BotKit;
beforeAll(async () => {
  world = await startBotKit();
  await addOtherTenant(world.kit);
});
afterAll(() => world.close());

const click = (state: ApprovalState, parts: ClickParts = {}) =>
  world.post(clickBody(state, parts), { type: FORM });

/** How much one person alone was told so far. */
const told = async (user: string): Promise<number> => (await world.state.slack.ephemerals(user)).length;

/** What one person alone was told since then that says it. Replies leave after the acknowledgement, and so may one to an earlier click. */
async function whispered(user: string, since: number, says: RegExp, times = 1): Promise<string[]> {
  let seen: string[] = [];
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50)) {
    seen = (await world.state.slack.ephemerals(user)).slice(since).map(({ text }) => text);
    const found = seen.filter((text) => says.test(text));
    if (found.length >= times) return found;
  }
  throw new Error(`not told ${String(says)}, but ${JSON.stringify(seen)}`);
}

/** A click that must be refused: acknowledged, told in private, one ledger entry, and nothing else. */
async function refused(state: ApprovalState, parts: ClickParts, sentence: RegExp): Promise<void> {
  const user = parts.user ?? 'U08ADA';
  const since = await told(user);
  const before = await world.counts();
  const approval = await world.approval(state.id);
  expect((await click(state, parts)).status).toBe(200);
  await whispered(user, since, sentence);
  const after = await world.counts();
  expect(after).toEqual({ ...before, ledger: before.ledger + 1, refused: before.refused + 1 });
  expect(await world.approval(state.id)).toEqual(approval);
}

describe('one click', () => {
  test('is recorded before it is acknowledged, and the clicker is told the truth', async () => {
    const state = await world.ask();
    const since = await told('U08ADA');
    expect((await click(state)).status).toBe(200);
    expect((await world.approval(state.id)).signatures).toHaveLength(1);
    await whispered('U08ADA', since, /^Recorded\. Signed, 1 of 2\. Ledger #\d+\.$/);
  });

  test('the clicker is told in the same place when Slack first asks to wait', async () => {
    const state = await world.ask();
    const since = await told('U08ADA');
    world.slack.faults.add({ on: 'chat.postEphemeral', kind: 'ratelimited', retryAfterSeconds: 1, times: 1 });
    expect((await click(state)).status).toBe(200);
    await whispered('U08ADA', since, /^Recorded\. Signed, 1 of 2/);
  });

  test('attack 5: the same signed click five times is one decision', async () => {
    const state = await world.ask();
    const body = clickBody(state);
    const before = await world.counts();
    const since = await told('U08ADA');
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.post(body, { type: FORM })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await world.approval(state.id)).signatures).toHaveLength(1);
    expect((await world.counts()).ledger).toBe(before.ledger + 1);
    expect(await whispered('U08ADA', since, /recorded before/, 4)).toHaveLength(4);
  });

  test('attack 18: one person counts once towards two', async () => {
    const state = await world.ask();
    await click(state);
    await click(state);
    const after = await world.approval(state.id);
    expect([after.status, after.signatures.length]).toEqual(['pending', 1]);
    await click(state, { user: 'U08BEN' });
    expect((await world.approval(state.id)).status).toBe('approved');
  });

  test('two people at one instant: both count', async () => {
    const state = await world.ask();
    await Promise.all([click(state), click(state, { user: 'U08SOFIA' })]);
    const after = await world.approval(state.id);
    expect([after.status, after.signatures.length]).toEqual(['approved', 2]);
  });
});

describe('who may', () => {
  test("attack 8: a click from another company's workspace on our approval", async () => {
    const state = await world.ask();
    const before = await world.counts();
    const unknown = await world.post(clickBody(state, { team: 'T08OTHER' }), { type: FORM });
    const nothing = await world.post(
      clickBody({ ...state, id: ApprovalId.parse(newId('apr')) }, { team: 'T08OTHER' }),
      { type: FORM },
    );
    // Ours and none at all read the same from there, and it is that company's ledger that says so.
    expect(unknown).toEqual(nothing);
    expect((await world.approval(state.id)).signatures).toEqual([]);
    expect((await world.counts()).refused).toBe(before.refused + 2);
  });

  test('attack 9: nobody here, a guest, a deactivated person, a bot', async () => {
    const state = await world.ask();
    const stranger = EXAMPLE.stranger.slackUser;
    await refused(state, { user: stranger }, /not linked to anyone/);
    const superuser = await world.kit.as('superuser');
    const kinds = ['guest', 'external', 'bot', 'deactivated'];
    for (const kind of kinds) {
      await superuser.query(`UPDATE chat_identities SET kind = $1 WHERE account = 'U08BEN'`, [kind]);
      await refused(state, { user: 'U08BEN' }, /Guests, external people, bots/);
    }
    await superuser.query(`UPDATE chat_identities SET kind = 'member' WHERE account = 'U08BEN'`);
    await superuser.query(`UPDATE people SET active = false WHERE email LIKE 'ben.%'`);
    await refused(state, { user: 'U08BEN' }, /Guests, external people, bots/);
    await superuser.query(`UPDATE people SET active = true WHERE email LIKE 'ben.%'`);
  });

  test('attack 9: a person of another company in a shared channel', async () => {
    const state = await world.ask();
    await refused(state, { homeTeam: 'T08OTHER' }, /Guests, external people, bots/);
    await refused(state, { homeTeam: 'T_NOBODY' }, /Guests, external people, bots/);
  });

  test('attack 15: a response_url that points inside is not called', async () => {
    const { createServer } = await import('node:http');
    let calls = 0;
    const trap = createServer((_req, res) => {
      calls += 1;
      res.end();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const { port } = trap.address() as { port: number };
    const state = await world.ask();
    await refused(
      state,
      { user: 'U08ROBIN', responseUrl: `http://127.0.0.1:${port}/latest/meta-data` },
      /You asked/,
    );
    await click(state, { responseUrl: `http://127.0.0.1:${port}/latest/meta-data` });
    trap.close();
    expect(calls).toBe(0);
  });

  test('attack 16: the requester on their own request', async () => {
    await refused(await world.ask(), { user: 'U08ROBIN' }, /You asked for this yourself/);
  });

  const inTeams = (state: ApprovalState, account: string) =>
    world.bot.gateway.decide({
      caller: { platform: 'teams', workspace: EXAMPLE.teams.tenant, account, homeWorkspace: null },
      place: { conversation: EXAMPLE.teams.channel, thread: null, kind: 'channel' },
      requestKey: `teams ${account} ${state.id}`,
      payload: {
        v: 1,
        approval: state.id,
        version: state.version,
        actionDigest: state.actionDigest,
        copy: null,
      },
      message: null,
      choice: { verb: 'approve', comment: null },
    });
  const ROBIN_IN_TEAMS = '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0001';
  const ADA_IN_TEAMS = '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0002';

  test('attack 17: the requester through their other chat', async () => {
    const state = await world.ask();
    expect(await inTeams(state, ROBIN_IN_TEAMS)).toMatchObject({
      done: false,
      text: expect.stringMatching(/You asked for this/),
    });
    expect(await world.approval(state.id)).toEqual(state);
  });

  test('attack 18: the same human through both chats counts once towards two', async () => {
    const state = await world.ask();
    await click(state);
    expect(await inTeams(state, ADA_IN_TEAMS)).toMatchObject({
      done: true,
      text: expect.stringMatching(/recorded before/),
    });
    const after = await world.approval(state.id);
    expect([after.status, after.signatures.length]).toEqual(['pending', 1]);
  });

  test("attack 19: the bot's own account, and one of the requester's own bots", async () => {
    const state = await world.ask();
    const { botUser, team } = EXAMPLE.slack;
    await refused(state, { user: botUser }, /not linked to anyone/);
    const superuser = await world.kit.as('superuser');
    // Linked to an approver by mistake or by malice: an account that is no human's signs all the same nothing.
    for (const person of [world.kit.people.robin.id, world.kit.people.ada.id]) {
      await superuser.query(
        `INSERT INTO chat_identities (tenant, platform, workspace, account, person, kind) VALUES ($1, 'slack', $2, $3, $4, 'bot')`,
        [world.kit.tenant, team, botUser, person],
      );
      await refused(state, { user: botUser }, /Guests, external people, bots/);
      await superuser.query(`DELETE FROM chat_identities WHERE account = $1`, [botUser]);
    }
  });

  test('attack 21: a role that was taken away after the card was posted', async () => {
    const state = await world.ask();
    const superuser = await world.kit.as('superuser');
    await superuser.query(`UPDATE people SET roles = '{operator}' WHERE email LIKE 'ada.%'`);
    await refused(state, {}, /.+/);
    await superuser.query(`UPDATE people SET roles = '{approver}' WHERE email LIKE 'ada.%'`);
    expect((await click(state)).status).toBe(200);
    expect((await world.approval(state.id)).signatures).toHaveLength(1);
  });

  test('attack 22: the same user id in another company', async () => {
    const state = await world.ask();
    const { body } = await world.post(clickBody(state, { team: 'T08OTHER', user: 'U08ADA' }), { type: FORM });
    expect(body).toBe('');
    expect((await world.approval(state.id)).signatures).toEqual([]);
  });
});

describe('what is decided', () => {
  const payloadOf = (state: ApprovalState) => ({
    v: 1,
    approval: state.id as string,
    version: state.version,
    actionDigest: state.actionDigest as string,
    copy: null as string | null,
  });

  test('attack 25: arguments that changed behind the card, and a card from before an edit', async () => {
    const state = await world.ask();
    const superuser = await world.kit.as('superuser');
    // What the tool would be called with is not what was digested any more, whoever wrote it there.
    await superuser.query(
      `UPDATE approvals SET state = jsonb_set(state, '{action,args,pay_to}', '"somebody else"') WHERE approval = $1`,
      [state.id],
    );
    await refused(state, {}, /not what would run/);
    const asked = await world.ask();
    const { approvals, copies } = world.kit.stores;
    const before = await copies.ofSubject(world.kit.tenant, asked.id);
    const edited = await approvals.edit(world.kit.tenant, asked.id, {
      ...{ by: world.kit.people.ben.id, via: 'slack', actionDigest: asked.actionDigest, cardDigest: null },
      ...{
        args: { ...asked.action.args, reason: 'Burst pipe' },
        successorAmount: asked.amount,
        comment: null,
      },
    });
    if (!edited.ok || !edited.successor) throw new Error('the edit was refused');
    // A new card where the old one was; what somebody still sees of the old one signs neither.
    const after = await copies.ofSubject(world.kit.tenant, edited.successor.id);
    expect(after.map(({ copy }) => copy).sort()).toEqual(before.map(({ copy }) => copy).sort());
    await refused(await world.approval(asked.id), {}, /was edited/);
    const old = { ...payloadOf(edited.successor), actionDigest: asked.actionDigest };
    await refused(edited.successor, { value: old }, /not what would run/);
  });

  test('attack 27: a forged digest', async () => {
    const state = await world.ask();
    await refused(
      state,
      { value: { ...payloadOf(state), actionDigest: 'f'.repeat(64) } },
      /not what would run/,
    );
  });

  test.each([
    ['an id that is none', { approval: 'apr_nope' }],
    ['a key too many', { tenant: 'harbour-mutual' }],
    ['another format', { v: 2 }],
    ['a version that is no number', { version: '1' }],
    ['a digest in capitals', { actionDigest: 'A'.repeat(64) }],
  ])('attack 27: a forged payload, %s', async (_name, change) => {
    const state = await world.ask();
    await refused(state, { value: { ...payloadOf(state), ...change } }, /no such thing here/);
  });

  test('attack 27: a value that is no payload at all', async () => {
    const state = await world.ask();
    for (const value of ['approve', '{"v":1', 'null', '[]'])
      await refused(state, { value }, /no such thing here/);
  });

  test('attack 28: the old card of an edited request', async () => {
    const state = await world.ask();
    const edited = await world.kit.stores.approvals.edit(world.kit.tenant, state.id, {
      by: world.kit.people.ben.id,
      via: 'slack',
      actionDigest: state.actionDigest,
      cardDigest: null,
      args: { ...state.action.args, reason: 'Burst pipe' },
      successorAmount: state.amount,
      comment: null,
    });
    expect(edited.ok).toBe(true);
    await refused(await world.approval(state.id), {}, /was edited/);
  });

  test('attack 35: after it was declined', async () => {
    const state = await world.ask();
    const { tenant, people, stores } = world.kit;
    const declined = await stores.approvals.transition(tenant, state.id, {
      kind: 'decline',
      by: people.ben.id,
      via: 'slack',
      actionDigest: state.actionDigest,
      cardDigest: null,
      reason: 'No invoice',
    });
    expect(declined.ok).toBe(true);
    await refused(await world.approval(state.id), {}, /already declined \(Ben Sato\)/);
  });

  test('attack 35: after it was cancelled', async () => {
    const state = await world.ask();
    const { tenant, people, stores } = world.kit;
    const by = people.robin.id;
    expect(
      (await stores.approvals.transition(tenant, state.id, { kind: 'cancel', by, reason: 'Mistake' })).ok,
    ).toBe(true);
    await refused(await world.approval(state.id), {}, /already cancelled/);
  });

  test('attack 35: after the deadline, by the database clock, though no timer fired', async () => {
    const state = await world.ask();
    const superuser = await world.kit.as('superuser');
    await superuser.query(
      `UPDATE approvals SET state = jsonb_set(state, '{createdAtMs}', to_jsonb((state->>'createdAtMs')::bigint - 97 * 3600000)) WHERE approval = $1`,
      [state.id],
    );
    const since = await told('U08ADA');
    expect((await click(state)).status).toBe(200);
    await whispered('U08ADA', since, /ran out/);
    const after = await world.approval(state.id);
    expect([after.status, after.signatures.length]).toEqual(['expired', 0]);
  });

  test('attack 35: after it ran', async () => {
    const state = await world.ask();
    const { tenant, people, stores } = world.kit;
    const { id, actionDigest } = state;
    const signed = { kind: 'approve', via: 'slack', actionDigest, cardDigest: null, comment: null } as const;
    for (const event of [
      { ...signed, by: people.ben.id },
      { ...signed, by: people.sofia.id },
      { kind: 'execute-begin', actionDigest, preconditionsHold: true } as const,
      { kind: 'execute-done', summary: 'Paid', reference: null } as const,
    ])
      expect((await stores.approvals.transition(tenant, id, event)).ok).toBe(true);
    await refused(await world.approval(id), {}, /already approved and executed/);
  });

  test('attack 36: guessed ids read like each other', async () => {
    const state = await world.ask();
    const guess = { ...payloadOf(state), approval: newId('apr'), actionDigest: 'a'.repeat(64) as Sha256 };
    await refused(state, { value: guess }, /There is no such thing here/);
    await refused(state, { value: { ...guess, approval: 'apr_guess' } }, /There is no such thing here/);
  });

  test('the same refused click sent again is answered again, and written once', async () => {
    const state = await world.ask();
    const body = clickBody(state, { user: EXAMPLE.stranger.slackUser });
    const before = await world.counts();
    for (let i = 0; i < 3; i += 1) expect((await world.post(body, { type: FORM })).status).toBe(200);
    expect((await world.counts()).refused).toBe(before.refused + 1);
  });
});

describe('when Postgres does not answer', () => {
  test('attack 59: nobody is told "recorded", and clicking again works', async () => {
    const state = await world.ask();
    const holder = await world.kit.as('superuser');
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM approvals WHERE approval = $1 FOR UPDATE', [state.id]);
    const since = await told('U08ADA');
    // Held up for good, so an answer at all is one at the deadline.
    chatsWait(1_000);
    const { status } = await click(state).finally(() => chatsWait(CHATS_WAIT_MS));
    expect(status).toBe(500);
    await whispered('U08ADA', since, /^Not confirmed, please click again \(that is safe\)\.$/);
    await holder.query('ROLLBACK');
    expect((await click(state)).status).toBe(200);
    expect((await world.approval(state.id)).signatures).toHaveLength(1);
  });
});
