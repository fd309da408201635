import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agents } from '../agents/index.ts';
import type { ApprovalState } from '../core/approval/types.ts';
import { EXAMPLE } from '../local/example/example.ts';
import type { SlackMessage } from '../local/workspace/state/slack-types.ts';
import type { CardCopy } from '../platform/stores.ts';
import { clickBody, FORM, startBotKit, type BotKit } from '../test/bot-kit.ts';

let world: BotKit;
beforeAll(async () => {
  world = await startBotKit();
});
afterAll(() => world.close());

const { channel } = EXAMPLE.slack;
const ALL = { thread: null, oldest: '0', latest: '9999999999', inclusive: true, limit: 999, seenBy: null };

/** The channel's messages that belong to this copy, by what Slack keeps beside them. */
async function messagesOf(copy: string): Promise<SlackMessage[]> {
  const messages = await world.state.slack.history({ channel, ...ALL });
  return messages.filter(({ metadata }) => JSON.stringify(metadata ?? {}).includes(copy));
}

async function copyOf(state: ApprovalState): Promise<CardCopy> {
  const [copy] = await world.kit.stores.copies.ofSubject(world.kit.tenant, state.id);
  if (copy === undefined) throw new Error('no copy was intended');
  return copy;
}

const shows = (state: ApprovalState, version: number) =>
  expect
    .poll(async () => (await copyOf(state)).shownVersion, { timeout: 90_000 })
    .toBeGreaterThanOrEqual(version);

const sign = (state: ApprovalState, user: string, messageTs?: string) =>
  world.post(clickBody(state, { user, ...(messageTs ? { messageTs } : {}) }), { type: FORM });

test('a card is posted once, and the same message changes with every signature', async () => {
  const state = await world.ask();
  await shows(state, state.version);
  const { copy } = await copyOf(state);
  const [posted, ...more] = await messagesOf(copy);
  expect(more).toEqual([]);
  expect(posted?.text).toMatch(/Waiting for 2 more signatures/);
  await sign(state, 'U08ADA');
  await shows(state, state.version + 1);
  await sign(state, 'U08BEN');
  await shows(state, state.version + 2);
  const [after, ...others] = await messagesOf(copy);
  expect(others).toEqual([]);
  expect([after?.ts, after?.text]).toEqual([posted?.ts, expect.stringMatching(/^Approved/)]);
  expect(JSON.stringify(after?.blocks)).not.toMatch(/"action_id":"approve"/);
});

test('what was shown is in the ledger, by its digest', async () => {
  const state = await world.ask();
  await shows(state, state.version);
  const superuser = await world.kit.as('superuser');
  const { rows } = await superuser.query(
    `SELECT b.body::jsonb ->> 'cardDigest' AS digest FROM ledger_entries e JOIN ledger_bodies b USING (tenant, seq)
     WHERE e.kind = 'card.shown' AND e.subject = $1`,
    [state.id],
  );
  expect(rows).toEqual([{ digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
});

describe('when Slack does not do as it is told', () => {
  test('Retry-After is obeyed', async () => {
    world.slack.faults.add({ on: 'chat.postMessage', kind: 'ratelimited', retryAfterSeconds: 2, times: 1 });
    const started = Date.now();
    const state = await world.ask();
    await shows(state, state.version);
    expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
    expect(await messagesOf((await copyOf(state)).copy)).toHaveLength(1);
  });

  test('attack 60: posted, but the answer was lost: it is found, never posted twice', async () => {
    world.slack.faults.add({ on: 'chat.postMessage', kind: 'lost-answer', times: 1 });
    const state = await world.ask();
    await shows(state, state.version);
    const copy = await copyOf(state);
    const found = await messagesOf(copy.copy);
    expect(found.map(({ ts }) => ts)).toEqual([copy.message]);
  });

  test('attack 60: the bot died between posting and remembering', async () => {
    const state = await world.ask();
    await shows(state, state.version);
    const { copy, message } = await copyOf(state);
    const superuser = await world.kit.as('superuser');
    await superuser.query(
      `UPDATE card_copies SET message = NULL, shown_version = 0, status = 'intended', posting_since = now() - interval '5 seconds' WHERE copy = $1`,
      [copy],
    );
    await sign(state, 'U08ADA', '1700000000.999999');
    await shows(state, state.version + 1);
    expect((await messagesOf(copy)).map(({ ts }) => ts)).toEqual([message]);
  });

  test('a broken connection or a 500 only delays', async () => {
    world.slack.faults.add({ on: 'chat.postMessage', kind: 'drop', times: 1 });
    world.slack.faults.add({ on: 'chat.postMessage', kind: 'error', times: 1 });
    const state = await world.ask();
    await shows(state, state.version);
    expect(await messagesOf((await copyOf(state)).copy)).toHaveLength(1);
  });

  test('a copy that somebody deleted is posted again', async () => {
    const state = await world.ask();
    await shows(state, state.version);
    const before = await copyOf(state);
    expect(await world.state.slack.remove(channel, before.message ?? '')).toBe(true);
    await sign(state, 'U08ADA');
    await shows(state, state.version + 1);
    const after = await copyOf(state);
    expect(after.message).not.toBe(before.message);
    expect((await messagesOf(after.copy)).map(({ ts }) => ts)).toEqual([after.message]);
  });

  test('a channel that is gone: failed for good, still pending for those with an inbox', async () => {
    const superuser = await world.kit.as('superuser');
    const settings = (name: string) =>
      superuser.query(`UPDATE chat_workspaces SET settings = $1 WHERE platform = 'slack'`, [
        JSON.stringify({ approvalsChannel: name }),
      ]);
    await settings('C08NOWHERE');
    const state = await world.ask();
    await expect.poll(async () => (await copyOf(state)).status, { timeout: 90_000 }).toBe('failed');
    expect((await world.approval(state.id)).status).toBe('pending');
    // Nobody who may sign has a chat account any more: then it can reach no one.
    await superuser.query(
      `UPDATE chat_identities SET kind = 'deactivated' WHERE account NOT IN ('U08ROBIN')`,
    );
    const lost = await world.ask();
    await expect
      .poll(async () => (await world.approval(lost.id)).status, { timeout: 90_000 })
      .toBe('undeliverable');
    await superuser.query(`UPDATE chat_identities SET kind = 'member'`);
    await settings(channel);
  });
});

test('an edit binds the same message to the new request, and its old buttons refuse', async () => {
  const state = await world.ask();
  await shows(state, state.version);
  const before = await copyOf(state);
  const edited = await world.kit.stores.approvals.edit(world.kit.tenant, state.id, {
    ...{ by: world.kit.people.ben.id, via: 'slack', actionDigest: state.actionDigest, cardDigest: null },
    args: { ...state.action.args, amount: { currency: 'GBP', micros: 4_500_000_000 } },
    successorAmount: { currency: 'GBP', micros: 4_500_000_000 },
    comment: null,
  });
  if (!edited.ok || edited.successor === null) throw new Error('the edit was refused');
  const { successor } = edited;
  await shows(successor, successor.version);
  const after = await copyOf(successor);
  expect([after.copy, after.message]).toEqual([before.copy, before.message]);
  const [message] = await messagesOf(after.copy);
  expect(JSON.stringify(message?.blocks)).toContain(successor.id);
  expect(JSON.stringify(message?.blocks)).not.toContain(`"approval\\":\\"${state.id}`);
});

test('the edit form: opened from the card, read back in money, and refused in the form when it is none', async () => {
  const state = await world.ask();
  await shows(state, state.version);
  const { message } = await copyOf(state);
  await world.slack.client.click('U08BEN', message ?? '', 'edit');
  const view = (await world.state.slack.openViews('U08BEN')).at(-1);
  const bad = await world.slack.client.submit('U08BEN', view?.id ?? '', { 'field.argument.amount': 'a lot' });
  expect(JSON.parse(bad.delivery?.body ?? '{}')).toMatchObject({
    response_action: 'errors',
    errors: { 'field.argument.amount': expect.any(String) },
  });
  const good = await world.slack.client.submit('U08BEN', view?.id ?? '', {
    'field.argument.amount': '4,500.00',
  });
  expect(JSON.parse(good.delivery?.body ?? '{}')).toMatchObject({ view: { title: { text: 'Recorded' } } });
  const old = await world.approval(state.id);
  expect(old.status).toBe('superseded');
  const next = await world.approval(old.supersededBy!);
  expect([next.action.args['amount'], next.amount]).toEqual([
    { currency: 'GBP', micros: 4_500_000_000 },
    { currency: 'GBP', micros: 4_500_000_000 },
  ]);
});

test('decline asks for a reason, and an empty one is no decline', async () => {
  const state = await world.ask();
  await shows(state, state.version);
  const { message } = await copyOf(state);
  await world.slack.client.click('U08BEN', message ?? '', 'decline');
  const view = (await world.state.slack.openViews('U08BEN')).at(-1);
  await world.slack.client.submit('U08BEN', view?.id ?? '', { 'field.reason': 'Invoice is missing' });
  const after = await world.approval(state.id);
  expect([after.status, after.declined?.reason]).toEqual(['declined', 'Invoice is missing']);
});

test("a run's result is told in the thread where it was asked for, once", async () => {
  const mine = {
    channel,
    user: 'U08ROBIN',
    text: 'hello',
    threadTs: null,
    botId: null,
    metadata: null,
    visibleTo: null,
  };
  const { ts } = await world.state.slack.post({ ...mine, blocks: [], attachments: [] });
  const { stores, tenant, people } = world.kit;
  const { run } = await stores.runs.create(tenant, {
    ...{
      agent: agents[0]!,
      input: { claim: 'CLM-0847' },
      requester: people.robin,
      source: 'slack',
      dedupeKey: null,
    },
    ...{ environment: 'production', rehearsal: true },
    origin: { platform: 'slack', workspace: EXAMPLE.slack.team, conversation: channel, thread: ts },
  });
  const end = { status: 'refused', summary: 'The claim is closed already.', output: null } as const;
  await stores.runs.close(tenant, run, end);
  await stores.runs.close(tenant, run, end);
  const told = async () => {
    const messages = await world.state.slack.history({ channel, ...ALL, thread: ts });
    return messages.filter(({ botId }) => botId !== null).map(({ text }) => text);
  };
  await expect.poll(told, { timeout: 90_000 }).toHaveLength(1);
  expect((await told())[0]).toMatch(/CLM-0847/);
});
