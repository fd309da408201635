import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { createNoteSigner } from '../platform/ledger/note.ts';
import { readReceiptText } from '../platform/ledger/receipt-text.ts';
import { checkReceipt } from '../platform/ledger/receipt.ts';
import { addOtherTenant, startBotKit, type BotKit } from '../test/bot-kit.ts';
import { copyAt, meetInTeams } from '../test/hands.ts';
import { TEAMS_PEOPLE } from '../test/teams-kit.ts';
import type { ExamplePerson } from '../test/test-stores.ts';

/** A command without an argument is about the card under which it is said, in Slack and in Teams, and on its menu in Slack. */
let world: BotKit;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  await meetInTeams(world, 'robin', 'ada', 'ben');
});
afterAll(() => world?.close());

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Every text that a message shows, in its order. */
const textsIn = (told: string): string[] => {
  const found: string[] = [];
  JSON.parse(told, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') found.push(value);
    return value;
  });
  return found;
};

interface InThread {
  /** Writes `@Countersign <words>` under the card; what the bot then told this person in private. */
  mention(who: ExamplePerson, state: ApprovalState, words: string): Promise<string>;
}

const userOf = (who: ExamplePerson): string => `U08${who.toUpperCase()}`;

async function until(look: () => Promise<string | undefined>): Promise<string> {
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(25)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('nothing was said');
}

const ephemerals = (who: ExamplePerson) => world.state.slack.ephemerals(userOf(who));

const slack: InThread = {
  async mention(who, state, words) {
    const root = (await copyAt(world, 'slack', { subject: state.id })).message;
    const before = (await ephemerals(who)).length;
    await world.slack.client.say(userOf(who), EXAMPLE.slack.channel, `@countersign ${words}`, root);
    return until(async () => {
      const told = (await ephemerals(who))[before];
      if (told) expect(told.threadTs).toBe(root);
      return told && JSON.stringify(told);
    });
  },
};

const teams: InThread = {
  async mention(who, state, words) {
    const { api, store } = world.teams!;
    const id = TEAMS_PEOPLE[who].entraObject;
    const thread = (await copyAt(world, 'teams', { subject: state.id })).message;
    const written = async () =>
      (await store.messages(api.client.personalChat(id))).filter((m) => m.from.entraObject === null);
    const before = (await written()).length;
    await api.client.sendMessage(id, `@Countersign ${words}`, {
      conversation: EXAMPLE.teams.channel,
      thread,
    });
    return until(async () => {
      const told = (await written())[before];
      return told && JSON.stringify(told);
    });
  },
};

describe.each([
  ['Slack', slack],
  ['Teams', teams],
])('under a card in %s', (_name, chat) => {
  test('trace, verify and costs mean the run of that thread', async () => {
    const state = await world.ask();
    expect(await chat.mention('robin', state, 'trace')).toContain(state.action.run);
    expect(await chat.mention('robin', state, 'verify')).toContain(state.id);
    expect(await chat.mention('robin', state, 'costs')).toContain(state.action.run);
  });

  test('verify hands out the receipt too, to be copied out of the chat and checked without us', async () => {
    const state = await world.ask();
    const { tenant, stores } = world.kit;
    expect(await chat.mention('robin', state, 'verify receipt')).toMatch(/No signed checkpoint covers/);
    const signer = createNoteSigner('countersign.test', pem);
    // Each card that is shown is an entry of the run, and the checkpoint has to cover all of them.
    await until(async () =>
      (await stores.copies.ofSubject(tenant, state.id)).every(
        ({ status, shownVersion, wantedVersion }) => status === 'failed' || shownVersion >= wantedVersion,
      )
        ? 'all are shown'
        : undefined,
    );
    await stores.checkpoints.make(tenant, signer);
    const copied = readReceiptText(textsIn(await chat.mention('robin', state, 'verify receipt')).join('\n'));
    const checked = checkReceipt(copied, signer.verifierKey);
    expect(checked).toMatchObject({ ok: true, actionDigests: [state.actionDigest] });
    const run = readReceiptText(
      textsIn(await chat.mention('robin', state, `verify ${state.action.run} receipt`)).join('\n'),
    );
    expect(checkReceipt(run, signer.verifierKey)).toMatchObject({
      sentence: expect.stringContaining(state.action.run),
    });
  });

  test('an argument says more than the place', async () => {
    const [here, other] = [await world.ask(), await world.ask()];
    const told = await chat.mention('robin', here, `trace ${other.action.run}`);
    expect(told).toContain(other.action.run);
    expect(told).not.toContain(here.action.run);
  });

  test('being there gives no right: an approver whom it was not flagged to reads no costs', async () => {
    const state = await world.ask();
    expect(await chat.mention('ben', state, 'costs')).toMatch(/Your roles do not allow/);
  });

  test('elsewhere a verb that is none gets the nearest', async () => {
    expect(await chat.mention('robin', await world.ask(), 'trcae')).toMatch(/Did you mean ..?trace/);
  });
});

describe('on a card’s menu in Slack', () => {
  const pick = async (who: ExamplePerson, state: ApprovalState, shortcut: string): Promise<string> => {
    const { message } = await copyAt(world, 'slack', { subject: state.id });
    const before = (await ephemerals(who)).length;
    await world.slack.client.shortcut(userOf(who), message ?? '', shortcut);
    return until(async () => {
      const told = (await ephemerals(who))[before];
      return told && JSON.stringify(told);
    });
  };

  test('“Show trace” and “Verify” are about that card', async () => {
    const state = await world.ask();
    expect(await pick('robin', state, 'countersign_trace')).toContain(state.action.run);
    expect(await pick('ada', state, 'countersign_verify')).toContain(state.id);
  });

  test('“Ask about this” opens the question, which is recorded', async () => {
    const state = await world.ask();
    const { message } = await copyAt(world, 'slack', { subject: state.id });
    await world.slack.client.shortcut('U08ADA', message ?? '', 'countersign_ask');
    const view = (await world.state.slack.openViews('U08ADA')).at(-1);
    await world.slack.client.submit('U08ADA', view?.id ?? '', { 'field.question': 'Which invoice is it?' });
    expect((await world.approval(state.id)).questions[0]?.text).toBe('Which invoice is it?');
  });

  test('who may not ask is told so, and a message of somebody’s is no card', async () => {
    const state = await world.ask();
    expect(await pick('robin', state, 'countersign_ask')).toMatch(/You asked for this yourself/);
    const { message } = await world.slack.client.say('U08ADA', EXAMPLE.slack.channel, 'Good morning');
    const before = (await ephemerals('ada')).length;
    await world.slack.client.shortcut('U08ADA', message.ts, 'countersign_ask');
    await expect.poll(async () => (await ephemerals('ada'))[before]?.text).toMatch(/no such thing/);
  });

  test('a stranger, and another company, learn nothing', async () => {
    const state = await world.ask();
    const { message } = await copyAt(world, 'slack', { subject: state.id });
    const stranger = EXAMPLE.stranger.slackUser;
    const before = (await world.state.slack.ephemerals(stranger)).length;
    await world.slack.client.shortcut(stranger, message ?? '', 'countersign_trace');
    const told = await until(async () => {
      const all = await world.state.slack.ephemerals(stranger);
      return all[before] && JSON.stringify(all[before]);
    });
    expect(told).toMatch(/not linked to anyone/);
    expect(told).not.toContain(state.action.run);
    const other = await addOtherTenant(world.kit);
    const place = {
      workspace: 'T08OTHER',
      conversations: [EXAMPLE.slack.channel],
      messages: [message ?? ''],
    };
    expect(await world.kit.stores.copies.about(other, { platform: 'slack', ...place })).toBeNull();
    const home = { ...place, workspace: EXAMPLE.slack.team, platform: 'slack' as const };
    expect(await world.kit.stores.copies.about(other, home)).toBeNull();
    expect(await world.kit.stores.copies.about(world.kit.tenant, home)).toMatchObject({ approval: state.id });
  });

  test('a message whose buttons were forged is as untrusted as a click on them', async () => {
    const state = await world.ask();
    const value = { v: 1, approval: state.id, version: 1, actionDigest: 'f'.repeat(64), copy: null };
    const payload = {
      ...{ type: 'message_action', callback_id: 'countersign_ask', trigger_id: `forged.${Date.now()}` },
      ...{ team: { id: EXAMPLE.slack.team }, user: { id: 'U08ADA', team_id: EXAMPLE.slack.team } },
      channel: { id: EXAMPLE.slack.channel },
      message: {
        ts: '1700000000.000777',
        blocks: [{ type: 'actions', elements: [{ action_id: 'approve', value: JSON.stringify(value) }] }],
      },
    };
    await world.slack.deliver.form({ payload: JSON.stringify(payload) });
    const superuser = await world.kit.as('superuser');
    const refused = `SELECT count(*)::int AS n FROM ledger_entries WHERE subject = $1 AND kind = 'refused'`;
    await expect.poll(async () => (await superuser.query(refused, [state.id])).rows[0]).toEqual({ n: 1 });
    expect((await world.approval(state.id)).questions).toEqual([]);
  });
});
