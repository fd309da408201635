import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../core/canonical-json.ts';
import type { SubscriptionId } from '../core/ids.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { TEAMS_PEOPLE } from '../test/teams-kit.ts';

let world: BotKit;
let chats: Record<'Slack' | 'Teams', Typist>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
  await world.ask();
  await (await superuser()).query(`UPDATE approvals SET created_at = now() - interval '7 days'`);
});
afterAll(() => world.close());

const superuser = () => world.kit.as('superuser');
const tenant = EXAMPLE.tenant;

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** Everything of this kind that a card holds, however deep. */
function ofType(value: unknown, type: string): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((one) => ofType(one, type));
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap((one) => ofType(one, type));
  return (value as JsonObject)['type'] === type ? [value as JsonObject, ...inner] : inner;
}

/** What the bot posted here that says it. */
const POSTED: Record<'Slack' | 'Teams', (words: RegExp) => Promise<unknown[]>> = {
  async Slack(words) {
    const all = await world.state.slack.latest(EXAMPLE.slack.channel, 'U08MARA', 200);
    return all
      .filter(({ blocks, visibleTo }) => visibleTo === null && words.test(JSON.stringify(blocks)))
      .map(({ blocks }) => blocks);
  },
  async Teams(words) {
    const chat = world.teams!.api.client.personalChat(TEAMS_PEOPLE.mara.entraObject);
    const all = await world.teams!.store.messages(chat);
    return all.filter(({ card }) => words.test(JSON.stringify(card))).map(({ card }) => card);
  },
};

const mine = async (): Promise<SubscriptionId[]> =>
  (await world.kit.stores.digests.of(tenant, world.kit.people.mara.id)).map(({ id }) => id);

describe.each(['Slack', 'Teams'] as const)('in %s', (chat) => {
  const type: Typist['type'] = (who, words) => chats[chat].type(who, words);
  beforeEach(async () => {
    for (const id of await mine())
      await world.kit.stores.digests.unsubscribe(tenant, world.kit.people.mara.id, id);
  });

  test('digest: a manager sees their team, an Admin the company, others what they asked for; nobody another team', async () => {
    const preview = await type('mara', 'digest');
    expect(preview).toMatch(/Your week.*team claims/s);
    // Slack's own answer to a slash command waits for no upload: there the words stand.
    if (chat === 'Teams') expect(preview.match(/data:image\/png;base64,/g)).toHaveLength(2);
    expect(await type('ines', 'digest')).toMatch(/the whole company/);
    expect(await type('ines', 'digest daily claims')).toMatch(/Your day.*team claims/s);
    expect(await type('robin', 'digest')).toMatch(/what you asked for/);
    for (const [who, words] of [
      ['mara', 'digest weekly payments'],
      ['robin', 'digest claims'],
      ['ada', 'digest claims'],
      ['robin', 'digest subscribe'],
      ['ada', 'digest subscribe weekly claims'],
    ] as const)
      expect(await type(who, words), `${who}: ${words}`).toMatch(
        /do not allow|may not|not permitted|not allowed/i,
      );
  });

  test('every number opens what it was counted from, under the rights of whoever presses', async () => {
    const shown = await type('mara', 'digest');
    const [words = ''] = /show requests 1 week \d{4}-\d\d-\d\d \S+? claims/.exec(shown) ?? [];
    expect(words).not.toBe('');
    expect(await type('mara', `digest ${words}`)).toMatch(/1 request.*CLM-0847/s);
    expect(await type('robin', `digest ${words}`)).toMatch(/do not allow|may not|not permitted|not allowed/i);
    expect(await type('mara', `digest ${words.replace(/ claims$/, ' *')}`)).toMatch(
      /do not allow|may not|not permitted|not allowed/i,
    );
    for (const wrong of [
      'show',
      'show requests',
      words.replace('requests', 'secrets'),
      words.replace(/\d{4}/, '2999'),
      words.replace(/ \S+ claims$/, ' Nowhere/Else claims'),
    ])
      expect(await type('mara', `digest ${wrong}`), wrong).toMatch(/Write e\.g\./);
  });

  test('subscribe: it comes here on Mondays, once, with both pictures and their words; unsubscribe ends it', async () => {
    expect(await type('mara', 'digest subscribe')).toMatch(/The next one comes.*weekly, team claims/s);
    expect(await type('mara', 'digest subscribe')).toMatch(/It comes here already/);
    const [id] = await mine();
    const db = await superuser();
    await db.query(
      `UPDATE digest_subscriptions SET created_at = now() - interval '30 days' WHERE subscription = $1`,
      [id],
    );
    // As if the Monday had come: the row is due, and the dispatcher takes it.
    await db.query(
      `UPDATE outbox SET due_at = now(), enqueued_at = NULL WHERE key = $1 AND done_at IS NULL`,
      [id],
    );
    await world.kit.stores.digests.post(tenant, id as SubscriptionId);
    const here = /Comes on Mondays at 08:00/;
    for (const until = Date.now() + 20_000; Date.now() < until && (await POSTED[chat](here)).length === 0;)
      await sleep(100);
    const posts = await POSTED[chat](here);
    expect(posts).toHaveLength(1);
    await looksRight[chat](posts[0]);
    await world.kit.stores.digests.post(tenant, id as SubscriptionId);
    await sleep(500);
    expect(await POSTED[chat](here)).toHaveLength(1);
    expect(await type('mara', 'digest unsubscribe')).toMatch(/digest subscribe/);
    expect(await mine()).toEqual([]);
  });
});

const looksRight: Record<'Slack' | 'Teams', (card: unknown) => Promise<void>> = {
  async Slack(card) {
    const images = ofType(card, 'image');
    expect(images).toHaveLength(2);
    for (const { slack_file: file, alt_text: alt } of images) {
      expect(alt).toMatch(/Requests by day|How they ended/);
      const kept = await fetch(`${world.slackUrl}/slack/files/${String((file as JsonObject)['id'])}`);
      expect(Buffer.from(await kept.arrayBuffer()).subarray(0, 8)).toEqual(PNG);
    }
  },
  Teams(card) {
    const images = ofType(card, 'Image');
    expect(images).toHaveLength(2);
    for (const { url, altText } of images) {
      expect(altText).toMatch(/Requests by day|How they ended/);
      const [, base64 = ''] = /^data:image\/png;base64,(.+)$/.exec(String(url)) ?? [];
      expect(Buffer.from(base64, 'base64').subarray(0, 8)).toEqual(PNG);
    }
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThanOrEqual(28 * 1024);
    return Promise.resolve();
  },
};

test('the local Slack refuses a picture that the real one would not show', async () => {
  const post = async (block: object): Promise<{ ok: boolean; error?: string }> => {
    const answer = await fetch(`${world.slackUrl}/slack/api/chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', authorization: 'Bearer xoxb-for-tests' },
      body: JSON.stringify({
        channel: EXAMPLE.slack.channel,
        text: 'x',
        blocks: [{ type: 'image', alt_text: 'x', ...block }],
      }),
    });
    if (answer.status !== 429) return (await answer.json()) as { ok: boolean };
    await sleep(1_000 * Number(answer.headers.get('retry-after') ?? 1));
    return post(block);
  };
  const file = { ticket: 't', owner: EXAMPLE.slack.botUser, name: 'a.png', size: 8, alt: null, bytes: PNG };
  const done = Date.now() - 10_000;
  const files = {
    FGOOD: { ...file, completedAtMs: done },
    FOTHERS: { ...file, owner: 'U08ADA', completedAtMs: done },
    FNOTYET: { ...file, completedAtMs: null },
    FWORKEDON: { ...file, completedAtMs: Date.now() + 60_000 },
    FNOPICTURE: { ...file, bytes: Buffer.from('<svg/>'), completedAtMs: done },
  };
  for (const [id, one] of Object.entries(files)) await world.state.slack.putFile({ ...one, id, ticket: id });
  expect(await post({ slack_file: { id: 'FGOOD' } })).toMatchObject({ ok: true });
  for (const wrong of [
    ...['FOTHERS', 'FNOTYET', 'FWORKEDON', 'FNOPICTURE', 'FNOWHERE'].map((id) => ({ slack_file: { id } })),
    {},
    { slack_file: {} },
    { slack_file: { id: 'FGOOD', url: 'https://files.slack.com/x.png' } },
    { slack_file: { id: 'FGOOD' }, image_url: 'https://example.com/x.png' },
    { image_url: 'http://127.0.0.1/x.png' },
    { slack_file: { id: 'FGOOD' }, alt_text: '' },
  ])
    expect(await post(wrong), JSON.stringify(wrong)).toMatchObject({ ok: false, error: 'invalid_blocks' });
});
