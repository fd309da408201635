import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ApprovalState } from '../core/approval/types.ts';
import { EXAMPLE } from '../local/example/example.ts';
import type { CardCopy, Platform } from '../platform/stores.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { allShown, copyAt, handsInSlack, handsInTeams, meetInTeams, type Hands } from '../test/hands.ts';
import { TEAMS_PEOPLE, type TeamsKit } from '../test/teams-kit.ts';

/** A chat that says that the app is removed, and that it is there again: docs/guides/platform-failures.md. */
let world: BotKit;
let hands: Readonly<Record<Platform, Hands>>;
const LONG = { timeout: 90_000, interval: 100 };
const teams = (): TeamsKit => {
  if (world.teams === null) throw new Error('no Teams here');
  return world.teams;
};

beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  hands = { slack: handsInSlack(world), teams: handsInTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'ben', 'sofia', 'mara', 'ines');
});
afterAll(() => world?.close());
afterEach(async () => {
  world.slack.client.reinstall();
  teams().api.faults.clear();
  await allShown(world);
  const db = await world.kit.as('superuser');
  await db.query(`UPDATE chat_troubles SET over_at = now() - interval '2 hours'`);
});

const copyIn = async (state: ApprovalState, platform: Platform, person: string | null): Promise<CardCopy> => {
  const copies = await world.kit.stores.copies.ofSubject(world.kit.tenant, state.id);
  const found = copies.find((c) => c.platform === platform && c.person === person);
  if (!found) throw new Error(`no copy in ${platform}`);
  return found;
};
const isShown = (c: CardCopy): boolean => c.status === 'posted' && c.shownVersion >= c.wantedVersion;

interface Trouble {
  readonly trouble: string;
  readonly kind: string;
  readonly why: string;
  readonly over: boolean;
}
async function troubles(): Promise<Trouble[]> {
  const db = await world.kit.as('superuser');
  const { rows } = await db.query<Trouble>(
    `SELECT trouble, kind, why, over_at IS NOT NULL AS over FROM chat_troubles
     WHERE over_at IS NULL OR over_at > now() - interval '1 hour' ORDER BY since`,
  );
  return rows;
}
const sentSince = (calls: number): string[] =>
  world.calls.slice(calls).filter((call) => call.startsWith('chat.') || call.startsWith('conversations.'));

const EVENT = {
  token: 'legacy-token-not-a-secret',
  team_id: EXAMPLE.slack.team,
  api_app_id: EXAMPLE.slack.appId,
  type: 'event_callback',
  event_id: 'Ev0FORGED',
  event_time: 1_700_000_000,
};
const UNINSTALLED = { ...EVENT, event: { type: 'app_uninstalled' } };

describe('Slack: the app is uninstalled', () => {
  test('deliveries stop at once, the Admin is told in Teams alone, and installed again all copies catch up', async () => {
    const before = await world.ask();
    await copyAt(world, 'slack', { subject: before.id });
    const told = await world.slack.client.uninstall();
    expect(told.map(({ status }) => status)).toEqual([200, 200]);
    const [trouble, ...more] = await troubles();
    if (!trouble) throw new Error('nothing was noted');
    expect([trouble.kind, more]).toEqual(['cut_off', []]);
    expect(['app_uninstalled', 'tokens_revoked']).toContain(trouble.why);
    const copies = await world.kit.stores.copies.ofSubject(world.kit.tenant, trouble.trouble);
    expect(copies.map((c) => c.platform)).toEqual(['teams']);
    expect(await hands.teams.card({ subject: trouble.trouble, of: 'ines' })).toMatch(
      /gives Countersign no access/,
    );
    // Nothing is tried in Slack any more; Teams goes on, and what is signed there waits for Slack to be shown.
    const calls = world.calls.length;
    const during = await world.ask();
    expect(await hands.teams.press('ada', { subject: before.id }, 'Approve')).toMatch(/1 of 2/);
    await hands.teams.card({ subject: during.id });
    await expect.poll(async () => (await copyIn(during, 'slack', null)).attempts, LONG).toBeGreaterThan(0);
    expect(sentSince(calls)).toEqual([]);
    expect((await copyIn(during, 'slack', null)).status).toBe('intended');

    world.slack.client.reinstall();
    for (const state of [before, during])
      await expect.poll(async () => isShown(await copyIn(state, 'slack', null)), LONG).toBe(true);
    expect(await hands.slack.card({ subject: before.id })).toMatch(/1 of 2/);
    expect(await troubles()).toMatchObject([{ trouble: trouble.trouble, over: true }]);
    await expect
      .poll(() => hands.teams.card({ subject: trouble.trouble, of: 'ines' }), LONG)
      .toMatch(/Over since/);
  });

  test('attack: an event that is forged, unsigned, old, of people’s tokens or of another workspace stops nothing', async () => {
    const counts = await world.counts();
    const body = JSON.stringify(UNINSTALLED);
    expect((await world.post(body, { signature: '' })).status).toBe(401);
    expect((await world.post(body, { secret: 'guessed' })).status).toBe(401);
    const hourAgo = Math.floor(Date.now() / 1000) - 3_600;
    expect((await world.post(body, { timestamp: hourAgo })).status).toBe(401);
    // Rightly signed, but the token still works: an event of before it was installed again.
    expect((await world.post(body)).status).toBe(200);
    const ofPeople = { ...EVENT, event: { type: 'tokens_revoked', tokens: { oauth: ['U08ADA'], bot: [] } } };
    expect((await world.post(JSON.stringify(ofPeople))).status).toBe(200);
    const elsewhere = { ...UNINSTALLED, team_id: 'T08NOBODY' };
    expect((await world.post(JSON.stringify(elsewhere))).status).toBe(200);
    expect(await troubles()).toEqual([]);
    expect(await world.counts()).toEqual(counts);
    const state = await world.ask();
    await copyAt(world, 'slack', { subject: state.id });
  }, 240_000);
});

describe('Teams: the app is removed', () => {
  const removed = (conversation: string): void =>
    teams().api.faults.add({
      ...{ on: 'any', status: 403, code: 'BotNotInConversationRoster', where: conversation },
      times: Number.POSITIVE_INFINITY,
    });

  test('from the channel: given up there at once, asked by direct message; added again, its copies catch up', async () => {
    const { channel } = EXAMPLE.teams;
    const { client } = teams().api;
    const state = await world.ask();
    await copyAt(world, 'teams', { subject: state.id });
    removed(channel);
    expect((await client.uninstall(channel, TEAMS_PEOPLE.ines.entraObject)).status).toBe(200);
    const [trouble, ...more] = await troubles();
    expect([trouble?.kind, trouble?.why, more]).toEqual(['closed', 'app_removed', []]);
    expect(await hands.slack.card({ subject: trouble?.trouble ?? '', of: 'ines' })).toMatch(
      /takes no cards any more/,
    );
    expect(await hands.slack.press('ada', { subject: state.id }, 'Approve')).toMatch(/1 of 2/);
    await expect.poll(async () => (await copyIn(state, 'teams', null)).status, LONG).toBe('failed');
    await copyAt(world, 'teams', { subject: state.id, of: 'ben' });

    teams().api.faults.clear();
    const place = { id: channel, kind: 'channel', name: 'Claims approvals', person: null } as const;
    await client.install(place, TEAMS_PEOPLE.ines.entraObject);
    await expect.poll(async () => isShown(await copyIn(state, 'teams', null)), LONG).toBe(true);
    expect(await hands.teams.card({ subject: state.id })).toMatch(/1 of 2/);
    expect(await troubles()).toMatchObject([{ trouble: trouble?.trouble, over: true }]);
    const open = await world.kit.stores.deadLetters.open(world.kit.tenant);
    expect(open.filter(({ detail }) => detail.includes('app_removed'))).toEqual([]);
  });

  test('by one person: only they are not written to, and back again they get what they missed', async () => {
    const { client } = teams().api;
    const { entraObject, name } = TEAMS_PEOPLE.ines;
    const chat = client.personalChat(entraObject);
    removed(chat);
    expect((await client.uninstall(chat, entraObject)).status).toBe(200);
    const [trouble, ...more] = await troubles();
    expect([trouble?.kind, trouble?.why, more]).toEqual(['unreachable', 'app_removed', []]);
    teams().api.faults.clear();
    await client.install({ id: chat, kind: 'personal', name, person: entraObject }, entraObject);
    expect(await troubles()).toMatchObject([{ over: true }]);
  }, 240_000);

  test('attack: a removal whose token is forged or missing, or that is about a place of nobody, changes nothing', async () => {
    const { client } = teams().api;
    const fields = { type: 'installationUpdate', action: 'remove', id: 'f:1' };
    const conversation = EXAMPLE.teams.channel;
    const activity = await client.activity(TEAMS_PEOPLE.ines.entraObject, { conversation }, fields);
    expect((await client.post(activity, { authorization: null })).status).toBe(401);
    expect((await client.post(activity, { authorization: 'Bearer ey.forged.token' })).status).toBe(401);
    const nowhere = { ...(activity['conversation'] as object), id: '19:nowhere@thread.tacv2' };
    expect((await client.post({ ...activity, conversation: nowhere })).status).toBe(200);
    expect(await troubles()).toEqual([]);
    const state = await world.ask();
    await copyAt(world, 'teams', { subject: state.id });
  }, 240_000);
});
