import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentVersions } from '../../agents/index.ts';
import type { ApprovalEvent, ApprovalState } from '../../core/approval/types.ts';
import { createLog } from '../../platform/log.ts';
import { USUAL_RATES } from '../../platform/rates.ts';
import { openRedis } from '../../platform/redis.ts';
import { startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { testEngines } from '../../test/engines.ts';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { handsInSlack, handsInTeams, meetInTeams, type Hands } from '../../test/hands.ts';
import type { ExamplePerson } from '../../test/test-stores.ts';
import { listenHttp } from '../api/http.ts';
import { createRateLimit } from '../rate-limit.ts';
import { reviewRoutes } from './routes.ts';

/** Those whom a decision concerns: what they are told, and how they ask for another look, over both wires and a real page. */
let world: BotKit;
let hands: Readonly<Record<'Slack' | 'Teams', Hands>>;
let typists: Readonly<Record<'Slack' | 'Teams', Typist>>;
let origin: string;
beforeAll(async () => {
  world = await startBotKit({ withTeams: true });
  hands = { Slack: handsInSlack(world), Teams: handsInTeams(world) };
  typists = { Slack: inSlack(world), Teams: inTeams(world) };
  await meetInTeams(world, 'robin', 'ada', 'sofia', 'mara', 'ines');
});
afterAll(() => world?.close());

const PAGE = '/link/review';
const BOTH = ['Slack', 'Teams'] as const;

async function declined(): Promise<ApprovalState> {
  const state = await world.ask();
  const event = { kind: 'decline', reason: 'Ask Sofia Marin; ben.sato@harbour.example has the bill', via: 'slack', cardDigest: null }; // prettier-ignore
  const by = world.kit.people.ada.id;
  const done = await world.kit.stores.approvals.transition(world.kit.tenant, state.id, {
    ...{ ...event, by, actionDigest: state.actionDigest },
  } as ApprovalEvent);
  if (!done.ok) throw new Error(done.reason);
  return done.state;
}

/** The secret in what was answered; pages are reached where the test's bot listens. */
function secretIn(said: string): string {
  const found = /(https?:\/\/[^"\\\s/]+)\/link\/review\?t=([a-z0-9-]+(?:\.|%2E)[A-Za-z0-9_-]{43})/.exec(
    said.replaceAll('\\/', '/'),
  );
  if (found === null) throw new Error(`no link in: ${said.slice(0, 400)}`);
  origin = found[1] ?? '';
  return decodeURIComponent(found[2] ?? '');
}
const linkBy = async (chat: 'Slack' | 'Teams', who: ExamplePerson, id: string): Promise<string> =>
  secretIn(await typists[chat].type(who, `explain ${id} link`));

const open = (secret: string, language = 'en'): Promise<Response> =>
  fetch(`${world.url}${PAGE}?t=${encodeURIComponent(secret)}`, { headers: { 'accept-language': language } });
const send = (secret: string, why: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${world.url}${PAGE}`, {
    ...{ method: 'POST', redirect: 'manual', headers: { origin, ...headers } },
    body: new URLSearchParams({ t: secret, why }),
  });
const reviewsOf = async ({ id }: ApprovalState) =>
  (await world.kit.stores.concerned.source(world.kit.tenant, id))?.reviews ?? [];
async function refusals(of: ApprovalState): Promise<number> {
  const db = await world.kit.as('superuser');
  const { rows } = await db.query(`SELECT FROM ledger_entries WHERE kind = 'refused' AND subject = $1`, [
    of.id,
  ]);
  return rows.length;
}
const sql = async (text: string, values: unknown[]): Promise<unknown> =>
  (await world.kit.as('superuser')).query(text, values);

describe.each(BOTH)('those whom a decision concerns, in %s', (name) => {
  test('read what was decided, ask once by their link, and find the answer there', async () => {
    const state = await declined();
    const { type } = typists[name];
    const told = await type('robin', `explain ${state.action.run}`);
    for (const words of [
      'How this was decided',
      'Declined',
      'by a member of staff (Approver)',
      'Link for the person concerned…',
    ])
      expect(told).toContain(words);
    for (const other of ['Sofia Marin', 'ben.sato', 'Ada Okafor']) expect(told).not.toContain(other);
    // Whoever signs may read it; to give it away takes the row of its own.
    const mayNot = await type('ada', `explain ${state.id} link`);
    expect(mayNot).not.toContain('/link/review');
    const secret = await linkBy(name, 'robin', state.id);

    const page = await open(secret);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
    );
    expect(page.headers.get('cache-control')).toBe('no-store');
    const html = await page.text();
    expect(html).toContain('Ask Sofia Marin'.replace('Sofia Marin', '[…]'));
    expect(html).toMatch(/<textarea[^>]+required[^>]+maxlength="1200"/);
    expect(html).not.toMatch(/<script|Ada Okafor|ben\.sato|[0-9a-f]{64}/);
    expect(await (await open(secret, 'de-AT,de;q=0.9')).text()).toContain('Wie das entschieden wurde');

    const why = 'The <b>bill</b> was never read <!channel> *all* \u202Edab';
    const sent = await send(secret, why);
    expect([sent.status, sent.headers.get('location')?.startsWith(`${PAGE}?t=`)]).toEqual([303, true]);
    const [review] = await reviewsOf(state);
    if (review === undefined) throw new Error('no review was opened');
    const here = { subject: review.review };
    const card = await hands[name].card(here);
    for (const words of [
      'The person concerned asks',
      'The person concerned writes:',
      'They will read your answer',
    ])
      expect(card).toContain(words);
    // Shown letter by letter: no mention, no markup, no hidden turn of direction.
    expect(card).toMatch(name === 'Slack' ? /<!channel>|&lt;!channel&gt;/ : /!channel/);
    expect(card).not.toContain('\u202E');
    if (name === 'Slack') expect(card).not.toMatch(/"type":"mrkdwn","text":"[^"]*<!channel>/);
    expect(await hands[name].press('sofia', here, 'Answer…')).toContain('The person concerned writes');
    expect(
      await hands[name].fillIn('sofia', { value: 'yes', reason: 'Ada Okafor overlooked the bill.' }),
    ).toContain('Recorded');
    const after = await (await open(secret)).text();
    expect(after).toMatch(/yes, the decision should be changed[^]*\[…\] overlooked the bill/);
    expect(after).not.toContain('<textarea');

    expect(await type('mara', `reads ${state.id}`)).toMatch(/Who read apr_/);
    const reads = await world.kit.stores.reads.list(world.kit.tenant, { of: state.id, limit: 50 });
    expect(reads.map(({ what, via, name: who }) => `${what} ${via} ${who}`)).toEqual(
      expect.arrayContaining([
        `explanation ${name.toLowerCase()} Robin Reyes`,
        'explanation link null',
        `reads ${name.toLowerCase()} Mara Lindqvist`,
      ]),
    );
  });
});

describe('a link for the person concerned', () => {
  test('attack: guessed, another company’s, expired or taken back, it shows nothing and opens nothing', async () => {
    const state = await declined();
    const secret = await linkBy('Slack', 'robin', state.id);
    const [tenant, rest] = [secret.slice(0, secret.indexOf('.')), secret.slice(secret.indexOf('.'))];
    const wrong = ['', 'x', tenant, `${tenant}.${'A'.repeat(43)}`, `other-insurer${rest}`, `${secret}A`, "harbour-mutual.' OR 1=1 --"]; // prettier-ignore
    for (const one of wrong) {
      const page = await open(one);
      expect([one, page.status]).toEqual([one, 404]);
      expect(await page.text()).not.toContain('apr_');
      expect((await send(one, 'Look again')).status).toBe(404);
    }
    expect(await refusals(state)).toBe(0);
    await sql(`UPDATE review_links SET expires_at = now() - interval '1 second' WHERE approval = $1`, [
      state.id,
    ]);
    for (let i = 0; i < 3; i += 1) expect((await open(secret)).status).toBe(404);
    expect((await send(secret, 'Look again')).status).toBe(404);
    // One entry, however often it is tried.
    expect(await refusals(state)).toBe(1);
    const second = await linkBy('Slack', 'robin', state.id);
    expect(await typists.Slack.type('robin', `explain ${state.id} revoke`)).toContain('Taken back');
    expect((await send(second, 'Look again')).status).toBe(404);
    expect(await reviewsOf(state)).toEqual([]);
    const db = await world.kit.as('superuser');
    const { rows } = await db.query('SELECT l::text AS row FROM review_links l');
    expect(JSON.stringify(rows)).not.toContain(rest.slice(1));
  });

  test('attack: guessed over and over from one address, it is not even looked for; in Redis, and without it', async () => {
    const secret = await linkBy('Slack', 'robin', (await declined()).id);
    const redis = openRedis(testEngines().redisUrl, { failFast: true, name: 'test' });
    const log = createLog({ level: 'silent' });
    const { stores } = world.kit;
    let looks = 0;
    const counted = {
      ...stores.concerned,
      look: (one: string) => ((looks += 1), stores.concerned.look(one)),
    };
    const page = await listenHttp({
      ...{ host: '127.0.0.1', port: 0, log },
      routes: reviewRoutes({
        ...{ stores: { ...stores, concerned: counted }, versions: agentVersions, proxies: 1, origin, log },
        // One a minute: no machine is so slow that ten at once come each within its own minute.
        limit: createRateLimit(redis, log, { ...USUAL_RATES, address: 1 }, `test-${randomUUID()}`),
        count: () => {},
      }),
    });
    const ten = async (link: string, from: (n: number) => string, method = 'GET'): Promise<Response[]> => {
      const at = `http://127.0.0.1:${page.port}${PAGE}`;
      const t = encodeURIComponent(link);
      const asked = (n: number): Promise<Response> =>
        method === 'GET'
          ? fetch(`${at}?t=${t}`, { headers: { 'x-forwarded-for': from(n) } })
          : fetch(at, { method, body: `t=${t}`, headers: { origin, 'x-forwarded-for': from(n) } });
      return Promise.all(Array.from({ length: 10 }, (_, n) => asked(n)));
    };
    const counts = (all: readonly Response[]) => {
      const of = (status: number): number => all.filter((one) => one.status === status).length;
      return { found: of(200), unknown: of(404), busy: of(429) };
    };
    const guess = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    const guessed = await ten(guess, () => '203.0.113.9');
    expect(counts(guessed)).toMatchObject({ found: 0, unknown: looks, busy: 10 - looks });
    expect([looks > 0, looks < 10]).toEqual([true, true]);
    const late = guessed.find(({ status }) => status === 429);
    expect(Number(late?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await late?.text()).toContain('too often');
    // Whoever claims to be somebody else each time is still where the proxy saw them; a post is counted as a look is.
    for (const method of ['GET', 'POST'])
      expect(counts(await ten(guess, (n) => `198.51.100.${n}, 203.0.113.9`, method)).busy).toBeGreaterThan(0);
    // The right one among them does not show by being let through, and whoever has it elsewhere is not held off.
    expect(counts(await ten(secret, () => '203.0.113.9'))).toMatchObject({ unknown: 0, busy: expect.toSatisfy((n) => n > 0) }); // prettier-ignore
    expect(counts(await ten(secret, (n) => `198.51.100.${n}`))).toEqual({ found: 10, unknown: 0, busy: 0 });
    // Without Redis this process counts by itself: no guess more.
    redis.disconnect();
    const alone = counts(await ten(guess, () => '203.0.113.77'));
    expect(alone).toMatchObject({ found: 0, busy: expect.toSatisfy((n) => n > 0) });
    await page.close(0);
  });

  test('attack: sent by another page, empty, too long or twice, it asks for nothing, or for one review', async () => {
    const state = await declined();
    const secret = await linkBy('Slack', 'robin', state.id);
    expect((await send(secret, 'Look again', { origin: 'https://evil.example' })).status).toBe(404);
    expect((await send(secret, ' \n ')).status).toBe(422);
    const long = await send(secret, 'x'.repeat(1_201));
    expect(long.status).toBe(422);
    expect(await long.text()).toContain('x'.repeat(1_201));
    expect((await send(secret, 'x'.repeat(40_000))).status).toBe(413);
    expect(await reviewsOf(state)).toEqual([]);
    const both = await Promise.all([send(secret, 'Look again'), send(secret, 'Look again')]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    // Another link of the same decision opens no second one either; what a colleague asks for is apart.
    const again = await linkBy('Slack', 'robin', state.id);
    expect(await (await open(again)).text()).not.toContain('<textarea');
    expect((await send(again, 'And again')).status).toBe(303);
    expect(await typists.Slack.type('robin', `review ${state.id} A colleague asks`)).toContain(
      'Asked people',
    );
    expect((await reviewsOf(state)).map(({ by, why }) => [by, why])).toEqual([
      ['concerned', 'Look again'],
      ['company', 'A colleague asks'],
    ]);
  });

  test('is told by a stopped company all the same: the right to ask is not held', async () => {
    const state = await declined();
    const secret = await linkBy('Slack', 'robin', state.id);
    const { stores, tenant, people } = world.kit;
    await stores.switches.stop(tenant, people.mara.id, 'a drill');
    expect((await send(secret, 'Look again')).status).toBe(303);
    await stores.switches.lift(tenant, people.mara.id);
    expect(await reviewsOf(state)).toHaveLength(1);
  });
});
