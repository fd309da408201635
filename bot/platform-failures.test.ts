import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import { EXAMPLE } from '../local/example/example.ts';
import type { CardCopy, Platform } from '../platform/stores.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { allShown, copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { TEAMS_PEOPLE } from '../test/teams-kit.ts';

/** What the product does when a chat refuses it, and who is told: docs/guides/platform-failures.md, line by line. */
let world: BotKit;
let hands: Readonly<Record<Platform, Hands>>;
const PEOPLE = ['ada', 'ben', 'sofia'] as const;
const BOTH = ['slack', 'teams'] as const;
const otherOf = { slack: 'teams', teams: 'slack' } as const;
const LONG = { timeout: 90_000, interval: 100 };

beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  hands = { slack: handsInSlack(world), teams: handsInTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara', 'ines');
});
afterAll(() => world?.close());
afterEach(async () => {
  world.slack.faults.clear();
  world.teams?.api.faults.clear();
  const db = await world.kit.as('superuser');
  await db.query(`UPDATE chat_identities SET kind = 'member'`);
  await allShown(world);
  // What a test left open is over, and so long ago that the next test's trouble is a new one.
  await db.query(`UPDATE chat_troubles SET over_at = now() - interval '2 hours'`);
});

const always = Number.POSITIVE_INFINITY;
const teamsFaults = () => {
  if (world.teams === null) throw new Error('no Teams here');
  return world.teams.api.faults;
};
const refuseInSlack = (error: string, where?: string): void =>
  world.slack.faults.add({ on: 'any', kind: 'refuse', error, times: always, ...(where ? { where } : {}) });
const refuseInTeams = (status: 403 | 404 | 413, code: string, where?: string): void =>
  teamsFaults().add({ on: 'any', status, code, times: always, ...(where ? { where } : {}) });

/** The channel takes nothing any more, as each chat says so. */
const closeChannel: Record<Platform, () => void> = {
  slack: () => refuseInSlack('is_archived', EXAMPLE.slack.channel),
  teams: () => refuseInTeams(403, 'BotNotInConversationRoster', EXAMPLE.teams.channel),
};
const cutOff: Record<Platform, () => void> = {
  slack: () => refuseInSlack('token_revoked'),
  teams: () => refuseInTeams(403, 'BotDisabledByAdmin'),
};

const copiesOf = ({ id }: Pick<ApprovalState, 'id'>): Promise<CardCopy[]> =>
  world.kit.stores.copies.ofSubject(world.kit.tenant, id);
const inChannel = async (state: ApprovalState, platform: Platform): Promise<CardCopy> => {
  const found = (await copiesOf(state)).find((c) => c.platform === platform && c.person === null);
  if (!found) throw new Error(`no copy in the channel of ${platform}`);
  return found;
};
/** Whether it is there by now, with every wait over. */
const shown = async (state: ApprovalState, platform: Platform): Promise<boolean> => {
  await world.hurry();
  return isShown(await inChannel(state, platform));
};
const isShown = (c: CardCopy): boolean => c.status === 'posted' && c.shownVersion >= c.wantedVersion;

interface Trouble {
  trouble: string;
  kind: string;
  platform: string;
  why: string;
  over: boolean;
}
async function troubles(): Promise<Trouble[]> {
  const db = await world.kit.as('superuser');
  const { rows } = await db.query<Trouble>(
    `SELECT trouble, kind, platform, why, over_at IS NOT NULL AS over FROM chat_troubles
     WHERE over_at IS NULL OR over_at > now() - interval '1 hour' ORDER BY since`,
  );
  return rows;
}
/** Where Ines, the Admin, was told of it. */
const toldIn = async (trouble: string): Promise<Platform[]> =>
  (await world.kit.stores.copies.ofSubject(world.kit.tenant, trouble)).map((c) => c.platform).sort();

describe.each(BOTH)('a channel that is archived, deleted, or lost its app, in %s', (platform) => {
  test('who may sign gets a direct message and signs there, an Admin is told once, and told when it is over', async () => {
    closeChannel[platform]();
    const state = await world.ask();
    await expect.poll(async () => (await inChannel(state, platform)).status, LONG).toBe('failed');
    for (const who of PEOPLE)
      for (const chat of BOTH) await copyAt(world, chat, { subject: state.id, of: who });
    expect((await world.approval(state.id)).status).toBe('pending');
    expect(await hands[platform].press('ada', { subject: state.id, of: 'ada' }, 'Approve')).toMatch(/1 of 2/);
    const [told, ...more] = await troubles();
    if (!told) throw new Error('nothing was noted');
    expect([told.kind, told.platform, more]).toEqual(['closed', platform, []]);
    expect(await toldIn(told.trouble)).toEqual(['slack', 'teams']);
    const second = await world.ask();
    await expect.poll(async () => (await inChannel(second, platform)).status, LONG).toBe('failed');
    expect(await troubles()).toHaveLength(1);
    const alarm = await hands[platform].card({ subject: told.trouble, of: 'ines' });
    expect(alarm).toMatch(/takes no cards any more/);
    expect(alarm).toContain(told.why);

    world.slack.faults.clear();
    teamsFaults().clear();
    const third = await world.ask();
    await expect.poll(() => shown(third, platform), LONG).toBe(true);
    expect((await troubles())[0]?.over).toBe(true);
    for (const chat of BOTH)
      await expect
        .poll(() => hands[chat].card({ subject: told.trouble, of: 'ines' }), LONG)
        .toMatch(/Over since/);
  });
});

describe.each(BOTH)('a token that was revoked, an app that was uninstalled, in %s', (platform) => {
  test('cards wait, an Admin is told in the other chat, and everything goes on when access is back', async () => {
    cutOff[platform]();
    const waiting = [await world.ask(), await world.ask()];
    await expect.poll(async () => (await troubles())[0]?.kind, LONG).toBe('cut_off');
    const [told] = await troubles();
    if (!told) throw new Error('nothing was noted');
    expect(await toldIn(told.trouble)).toEqual([otherOf[platform]]);
    const alarm = await hands[otherOf[platform]].card({ subject: told.trouble, of: 'ines' });
    expect(alarm).toMatch(/gives Countersign no access/);
    for (const state of waiting) {
      expect((await inChannel(state, platform)).status).toBe('intended');
      // The other chat is not touched by this: it can be signed there.
      await expect.poll(async () => isShown(await inChannel(state, otherOf[platform])), LONG).toBe(true);
    }
    world.slack.faults.clear();
    teamsFaults().clear();
    for (const state of waiting)
      await expect.poll(() => shown(state, platform), { ...LONG, interval: 1_000 }).toBe(true);
    expect(await troubles()).toMatchObject([{ trouble: told.trouble, over: true }]);
  });
});

describe('people who cannot be written to', () => {
  test('who was deactivated counts no more, who blocked the app still has an inbox; when nobody is left it is undeliverable', async () => {
    for (const platform of BOTH) closeChannel[platform]();
    for (const who of [...PEOPLE, 'mara'] as const) {
      const user = `U08${who.toUpperCase()}`;
      refuseInSlack('user_disabled', user);
      const { channel } = await world.state.slack.openIm(user, EXAMPLE.slack.botUser);
      refuseInSlack('channel_not_found', channel.id);
      const chat = world.teams?.api.client.personalChat(TEAMS_PEOPLE[who].entraObject);
      refuseInTeams(403, 'ConversationBlockedByUser', chat ?? '');
    }
    const state = await world.ask();
    const allFailed = async (): Promise<boolean> => {
      await world.hurry();
      const copies = await copiesOf(state);
      return copies.length === 10 && copies.every((c) => c.status === 'failed');
    };
    await expect.poll(allFailed, LONG).toBe(true);
    // They may still type `inbox` in Teams.
    expect((await world.approval(state.id)).status).toBe('pending');
    const { people, tenant, stores } = world.kit;
    const accounts = await stores.people.accountsOf(tenant, people.ada.id);
    expect(accounts.map(({ platform, kind }) => [platform, kind])).toEqual([
      ['slack', 'deactivated'],
      ['teams', 'member'],
    ]);
    const told = await troubles();
    expect(told.filter(({ kind }) => kind === 'unreachable')).toHaveLength(8);
    expect(told.filter(({ kind }) => kind === 'closed')).toHaveLength(2);
    const db = await world.kit.as('superuser');
    await db.query(`UPDATE chat_identities SET kind = 'deactivated' WHERE platform = 'teams'`);
    const lost = await world.ask();
    await expect.poll(async () => (await world.approval(lost.id)).status, LONG).toBe('undeliverable');
  });
});

test('a message that is too old to edit is taken away, and the card comes anew: one that can be pressed, never two', async () => {
  const state = await world.ask();
  const before = await copyAt(world, 'slack', { subject: state.id });
  world.slack.faults.add({ on: 'chat.update', kind: 'refuse', error: 'edit_window_closed', times: 1 });
  await hands.teams.press('ada', { subject: state.id }, 'Approve');
  await expect.poll(async () => (await inChannel(state, 'slack')).message, LONG).not.toBe(before.message);
  expect(await world.state.slack.findMessage(before.message ?? '')).toBeNull();
  expect(await hands.slack.card({ subject: state.id })).toMatch(/1 of 2/);
}, 240_000);

test('429 without a Retry-After, from either chat, delays and loses nothing', async () => {
  world.slack.faults.add({ on: 'chat.postMessage', kind: 'ratelimited', retryAfterSeconds: null, times: 2 });
  teamsFaults().add({ on: 'create', status: 429, times: 2 });
  const state = await world.ask();
  for (const platform of BOTH) await expect.poll(() => shown(state, platform), LONG).toBe(true);
  expect(await troubles()).toEqual([]);
}, 240_000);

test('a card that Teams finds too large: open in the inbox, and an Admin is told', async () => {
  refuseInTeams(413, 'MessageSizeTooBig', EXAMPLE.teams.channel);
  const state = await world.ask();
  await expect.poll(async () => (await inChannel(state, 'teams')).status, LONG).toBe('failed');
  expect((await world.approval(state.id)).status).toBe('pending');
  expect(await troubles()).toMatchObject([{ kind: 'refused', why: 'MessageSizeTooBig' }]);
}, 240_000);
