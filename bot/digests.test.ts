import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../core/canonical-json.ts';
import { periodDue } from '../core/digest/period.ts';
import type { ApprovalId, SubscriptionId } from '../core/ids.ts';
import { mendNote } from '../bin/verify/ledger.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { createNoteSigner } from '../platform/ledger/note.ts';
import { inSlack, inTeams, type Typist } from '../test/both-chats.ts';
import { startBotKit, type BotKit } from '../test/bot-kit.ts';
import { copyAt } from '../test/hands.ts';
import { TEAMS_PEOPLE } from '../test/teams-kit.ts';

let world: BotKit;
let chats: Record<'Slack' | 'Teams', Typist>;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
  await askedInTime((await world.ask()).id);
});
afterAll(() => world.close());

let client: ReturnType<BotKit['kit']['as']> | undefined;
const superuser = () => (client ??= world.kit.as('superuser'));
const tenant = EXAMPLE.tenant;

/** In the midst of the week whose digest is the newest that is due: on a Monday before eight that is not the one that ended. */
async function askedInTime(approval: ApprovalId): Promise<void> {
  const { fromMs, toMs } = periodDue('week', world.kit.people.mara.timeZone, Date.now());
  await (
    await superuser()
  ).query('UPDATE approvals SET created_at = to_timestamp($2) WHERE approval = $1', [
    approval,
    (fromMs + toMs) / 2_000,
  ]);
}

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
    for (const until = Date.now() + 90_000; Date.now() < until && (await POSTED[chat](here)).length === 0;)
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

test('a checkpoint of the ledger hangs in both channels letter by letter, so that a copy of it verifies', async () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = createNoteSigner('countersign.test', pem);
  const { checkpoints } = world.kit.stores;
  const made = await checkpoints.make(tenant, signer);
  await (await superuser()).query(`UPDATE ledger_checkpoints SET made_at = made_at - interval '1 day'`);
  expect(await checkpoints.postDaily(tenant)).toBe(true);
  const { slack, teams } = EXAMPLE;
  const shown = {
    Slack: async () => (await world.state.slack.latest(slack.channel, 'U08MARA', 200)).map(({ blocks }) => blocks),
    Teams: async () => (await world.teams!.store.messages(teams.channel)).map(({ card }) => card),
  };
  for (const [chat, read] of Object.entries(shown)) {
    // a message that announces it comes first
    await vi.waitFor(async () => {
      const cards = (await read()).filter((one) => JSON.stringify(one)?.includes('Checkpoint of the ledger'));
      const copied = cards.map((card) =>
        [...ofType(card, 'text'), ...ofType(card, 'TextRun')].map(({ text }) => String(text)).join('\n'),
      );
      expect(copied.map(mendNote), chat).toContain(made?.note);
      expect(cards.length, chat).toBeLessThan(3);
    }, 240_000);
  }
}); // prettier-ignore

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

/** What whoever died had in hand, and nobody has taken up again. */
const left: unknown[] = [];

/** As if the process died there, once for each thing that it was about to do it to: nothing is done, and nothing after it. */
function dieOnce<K extends string>(
  of: Readonly<Record<K, (...given: never[]) => Promise<unknown>>>,
  step: K,
): { readonly died: () => number } {
  const dead = new Set<unknown>();
  const real = of[step] as (...given: unknown[]) => Promise<unknown>;
  const spied = vi.spyOn(of as unknown as Record<string, typeof real>, step);
  spied.mockImplementation((...given) => {
    if (dead.has(given[1])) return real.apply(of, given);
    dead.add(given[1]);
    left.push(given[1]);
    return Promise.reject(new Error('killed here'));
  });
  return { died: () => dead.size };
}

describe('whoever dies at any step, one post comes to each chat', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    world.slack.faults.clear();
    world.teams!.api.faults.clear();
  });

  /** Nobody renews a dead process's lease, and what it had taken is queued again: at once instead of in some seconds. Who lives keeps theirs. */
  const takenUpAgain = async (): Promise<void> => {
    const db = await superuser();
    await db.query(`UPDATE card_copies SET lease_until = now() - interval '1 second' WHERE copy = ANY($1)`, [
      left.splice(0).map(String),
    ]);
    await db.query(
      `UPDATE outbox SET enqueued_at = NULL, due_at = now() WHERE done_at IS NULL AND enqueued_at < now() - interval '1 second'`,
    );
    await world.hurry();
  };

  test.each([
    ['the due row is taken', () => dieOnce(world.kit.stores.digests, 'post')],
    ['the post is made, and its row not done', () => dieOnce(world.kit.stores.outbox, 'confirm')],
    ['it is about to be posted', () => dieOnce(world.kit.stores.copies, 'markPosting')],
    [
      'its charts are there, and it is not posted',
      () => {
        world.slack.faults.add({ on: 'chat.postMessage', kind: 'drop', times: 1 });
        world.teams!.api.faults.add({ on: 'post', status: 500, times: 1 });
        return dieOnce(world.kit.stores.copies, 'failed');
      },
    ],
    ['it is announced where it cannot be looked for', () => dieOnce(world.kit.stores.copies, 'markPosted')],
    ['it is posted and not remembered', () => dieOnce(world.kit.stores.copies, 'shown')],
  ])(
    'when %s',
    async (_, kill) => {
      const here = /Comes on Mondays at 08:00/;
      const before = { Slack: (await POSTED.Slack(here)).length, Teams: (await POSTED.Teams(here)).length };
      for (const chat of ['Slack', 'Teams'] as const) await chats[chat].type('mara', 'digest subscribe');
      const db = await superuser();
      await db.query(
        `UPDATE digest_subscriptions SET created_at = now() - interval '30 days' WHERE ended_at IS NULL`,
      );
      const { died } = kill();
      const ids = await mine();
      await db.query(
        `UPDATE outbox SET due_at = now(), enqueued_at = NULL WHERE key = ANY($1) AND done_at IS NULL`,
        [ids],
      );
      const all = async (): Promise<number[]> => [
        (await POSTED.Slack(here)).length - before.Slack,
        (await POSTED.Teams(here)).length - before.Teams,
      ];
      const isOpen = `SELECT 1 FROM card_copies WHERE subject LIKE 'dig\\_%' AND shown_version < wanted_version`;
      const unmade = `SELECT 1 FROM digest_subscriptions s WHERE s.subscription = ANY($1) AND NOT EXISTS (SELECT 1 FROM digest_posts d WHERE d.subscription = s.subscription)`;
      await expect
        .poll(
          async () => {
            await takenUpAgain();
            const open = (await db.query(isOpen)).rows.length + (await db.query(unmade, [ids])).rows.length;
            return open === 0 ? all() : open;
          },
          { timeout: 90_000, interval: 150 },
        )
        .toEqual([1, 1]);
      expect(died()).toBeGreaterThan(0);
      vi.restoreAllMocks();
      for (let i = 0; i < 2; i += 1) {
        await takenUpAgain();
        await sleep(150);
      }
      expect(await all()).toEqual([1, 1]);
      for (const id of ids) await world.kit.stores.digests.unsubscribe(tenant, world.kit.people.mara.id, id);
    },
    240_000,
  );
});

test('a channel that is archived: whoever asked for it gets it directly, Admins are told, and no chart is left behind', async () => {
  const db = await superuser();
  const { id: another } = await world.ask();
  await askedInTime(another);
  // The card of that request goes to the same channel: it is there before the next post is refused.
  await copyAt(world, 'slack', { subject: another });
  await chats.Slack.type('mara', 'digest subscribe');
  await db.query(
    `UPDATE digest_subscriptions SET created_at = now() - interval '30 days' WHERE ended_at IS NULL`,
  );
  const { channel } = EXAMPLE.slack;
  world.slack.faults.add({
    on: 'chat.postMessage',
    kind: 'refuse',
    error: 'is_archived',
    where: channel,
    times: 1,
  });
  const deleted = (): number => world.calls.filter((method) => method === 'files.delete').length;
  const before = deleted();
  const [id] = await mine();
  await world.kit.stores.digests.post(tenant, id as SubscriptionId);
  const places = `SELECT conversation, status FROM card_copies WHERE subject = (SELECT post FROM digest_posts WHERE subscription = $1) ORDER BY created_at`;
  await expect
    .poll(async () => (await db.query(places, [id])).rows, { timeout: 90_000 })
    .toEqual([
      { conversation: channel, status: 'failed' },
      { conversation: 'U08MARA', status: 'posted' },
    ]);
  // The chart of this week alone; how requests ended looks as in the posts of before, which go on showing it.
  expect(deleted() - before).toBe(1);
  const told = await db.query(`SELECT kind, conversation FROM chat_troubles WHERE conversation = $1`, [
    channel,
  ]);
  expect(told.rows).toEqual([{ kind: 'closed', conversation: channel }]);
});

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
    FWORKEDON: { ...file, completedAtMs: Date.now() + 3_600_000 },
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
