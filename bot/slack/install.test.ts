import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { run as admin } from '../../bin/admin.ts';
import type { TenantId } from '../../core/ids.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import type { SlackOauth } from '../../local/workspace/slack-api/oauth.ts';
import { addOtherTenant, FORM, startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { createLog } from '../../platform/log.ts';
import { installedTokens } from './clients.ts';
import { examineSlackInstall } from './doctor.ts';

/** The app in many workspaces: real Bolt, Slack's own InstallProvider, the local Slack's OAuth. */
const { team } = EXAMPLE.slack;
const OTHER_TEAM = 'T08SECOND';
const SECRET = 'a-client-secret-for-tests';
let world: BotKit;
let slack: SlackOauth;
let other: TenantId;

beforeAll(async () => {
  world = await startBotKit({ oauth: { clientId: '1111.2222', clientSecret: SECRET } });
  if (world.slack.oauth === null) throw new Error('the local Slack distributes no app');
  slack = world.slack.oauth;
  other = await addOtherTenant(world.kit);
});
afterAll(() => world?.close());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  slack.endIn(12 * 3_600_000);
});

/** As an operator types it; what is printed. */
async function linkFor(tenant: string, ...more: string[]): Promise<string> {
  vi.stubEnv('DATABASE_URL', world.kit.urls.appUrl);
  vi.stubEnv('COUNTERSIGN_URL', world.url);
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  expect(await admin(['slack-install', tenant, ...more])).toBe(0);
  const printed = said.mock.calls.flat().join('\n');
  said.mockRestore();
  return /https?:\S+link=\S+/.exec(printed)?.[0] ?? '';
}

interface Trip {
  readonly status: number;
  readonly text: string;
  readonly back: string;
}

const get = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { redirect: 'manual', headers });

/** A browser that follows the link to Slack and back. `cookie` null: it comes back in another browser. */
async function install(
  link: string,
  how: { cookie?: null; headers?: Record<string, string> } = {},
): Promise<Trip> {
  const begun = await get(link, how.headers);
  if (begun.status !== 302) return { status: begun.status, text: await begun.text(), back: '' };
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const allowed = await get(begun.headers.get('location') ?? '');
  const back = allowed.headers.get('location') ?? '';
  const done = await get(back, { ...(how.cookie === null ? {} : { cookie }), ...how.headers });
  return { status: done.status, text: await done.text(), back };
}

const installed = () => world.kit.stores.installations.list(world.kit.tenant);
const ledgerKinds = async (tenant: TenantId): Promise<string[]> =>
  (await world.kit.stores.ledger.recent(tenant, 50)).map(({ kind }) => kind);

const everywhere = async (): Promise<unknown[]> => {
  const db = await world.kit.as('superuser');
  return (await db.query('SELECT tenant, workspace FROM slack_installations ORDER BY installed_at')).rows;
};

const slash = (workspace: string): string =>
  new URLSearchParams({
    ...{ command: '/countersign', text: 'whoami', team_id: workspace, user_id: 'U08ADA' },
    ...{ channel_id: EXAMPLE.slack.channel, trigger_id: `trigger.${Math.random()}` },
    response_url: 'https://hooks.slack.com/commands/T/1/x',
  }).toString();

describe('a workspace that installs the app', () => {
  test('joins the company of the link, and its own token says what is said there', async () => {
    slack.next({ team, name: 'Harbour Mutual' });
    const link = await linkFor(world.kit.tenant, '--channel', EXAMPLE.slack.channel);
    // A preview opens links; that uses nothing up.
    expect((await get(link)).status).toBe(302);
    const trip = await install(link);
    expect([trip.status, trip.text]).toEqual([200, expect.stringContaining('installed in Harbour Mutual')]);
    expect(await installed()).toMatchObject([{ workspace: team, name: 'Harbour Mutual', endedWhy: null }]);
    expect(await ledgerKinds(world.kit.tenant)).toEqual(
      expect.arrayContaining(['slack.link-made', 'slack.installed']),
    );
    const state = await world.ask();
    await expect
      .poll(
        async () =>
          (await world.kit.stores.copies.ofSubject(world.kit.tenant, state.id)).filter(
            (c) => c.status === 'posted',
          ).length,
        { timeout: 90_000 },
      )
      .toBeGreaterThan(0);
    expect((await world.post(slash(team), { type: FORM })).body).toContain('Ada');
  });

  test('keeps its token sealed, for its tenant and place alone, and links and states as digests', async () => {
    const db = await world.kit.as('superuser');
    const { rows: kept } = await db.query<{ text: string }>(
      `SELECT concat_ws(' ', to_jsonb(i), encode(i.sealed, 'escape')) AS text FROM slack_installations i
       UNION ALL SELECT to_jsonb(l)::text FROM install_links l UNION ALL SELECT to_jsonb(s)::text FROM install_states s`,
    );
    const token = await world.kit.stores.installations.token(world.kit.tenant, team);
    expect(token?.token).toMatch(/^xoxb-/);
    for (const { text } of kept) expect(text).not.toMatch(/xoxb-|harbour-mutual\./);
    await db.query(
      `INSERT INTO slack_installations (tenant, workspace, name, app, bot_user, scopes, sealed)
       SELECT $1, workspace, name, app, bot_user, scopes, sealed FROM slack_installations WHERE tenant = $2`,
      [other, world.kit.tenant],
    );
    await expect(world.kit.stores.installations.token(other, team)).rejects.toThrow(/authenticate/);
    await db.query('DELETE FROM slack_installations WHERE tenant = $1', [other]);
  });

  test('attack: an installation cannot be had twice with one link, in another browser, with a used or made-up state, or in German unread', async () => {
    const before = await everywhere();
    slack.next({ team: OTHER_TEAM, name: 'Second' });
    const link = await linkFor(other);
    const elsewhere = await install(link, { cookie: null });
    expect([elsewhere.status, elsewhere.text]).toEqual([403, expect.stringContaining('this browser')]);
    const trip = await install(link);
    expect(trip.status).toBe(200);
    const cookie = `countersign-slack-install=${new URL(trip.back).searchParams.get('state')}`;
    expect((await get(trip.back, { cookie })).status).toBe(403);
    const forged = new URL(trip.back);
    forged.searchParams.set('state', `${other}.${'A'.repeat(43)}`);
    const made = await get(forged.href, { cookie: `countersign-slack-install=${other}.${'A'.repeat(43)}` });
    expect(made.status).toBe(403);
    const again = await install(link, { headers: { 'accept-language': 'de-DE,de;q=0.9' } });
    expect([again.status, again.text]).toEqual([403, expect.stringContaining('schon benutzt')]);
    for (const bad of [
      '',
      '?link=',
      `?link=${world.kit.tenant}.${'B'.repeat(43)}`,
      `?link=';DROP TABLE people--`,
    ])
      expect([400, 403]).toContain((await get(`${world.url}/slack/install${bad}`)).status);
    expect(await everywhere()).toEqual([...before, { tenant: other, workspace: OTHER_TEAM }]);
  });

  test('that is another company’s, or a whole organisation, or not allowed by its owner, changes nothing', async () => {
    const link = await linkFor(other);
    slack.next({ team, name: 'Harbour Mutual' });
    expect(await install(link)).toMatchObject({
      status: 403,
      text: expect.stringContaining('another company'),
    });
    slack.next({ team: 'T08ORG', name: 'Org', organisation: true });
    expect(await install(link)).toMatchObject({
      status: 403,
      text: expect.stringContaining('whole organisation'),
    });
    expect(world.calls).toContain('auth.revoke');
    slack.next({ team: 'T08NO', name: 'No', denies: true });
    expect(await install(link)).toMatchObject({
      status: 403,
      text: expect.stringContaining('did not allow'),
    });
    expect(await world.kit.stores.people.tenantOf('slack', team)).toBe(world.kit.tenant);
    // None of these used the link up.
    slack.next({ team: 'T08THIRD', name: 'Third' });
    expect((await install(link)).status).toBe(200);
  });

  test('speaks with its own token, never with another workspace’s', async () => {
    const at = { apiUrl: `${world.slackUrl}/slack/api/`, log: createLog({ level: 'silent' }), single: null };
    const clients = installedTokens({
      ...{ ...world.kit.stores, ...at, clientId: '1111.2222', clientSecret: SECRET, lost: async () => {} },
    });
    const [first, second] = [await clients.of(team), await clients.of(OTHER_TEAM)];
    expect((await first?.usual.auth.test())?.team_id).toBe(team);
    expect((await second?.usual.auth.test())?.team_id).toBe(OTHER_TEAM);
    await expect(
      second?.usual.chat.postMessage({ channel: EXAMPLE.slack.channel, text: 'x' }),
    ).rejects.toThrow(/channel_not_found/);
    expect(await clients.of('T08NOBODY')).toBeNull();
  });
});

test('the doctor says whether Slack knows the app, and what is missing', async () => {
  const app = {
    clientId: '1111.2222',
    clientSecret: SECRET,
    apiUrl: `${world.slackUrl}/slack/api`,
    publicUrl: world.url,
  };
  expect(await examineSlackInstall(app)).toMatchObject({ state: 'ok' });
  const wrong = [
    { clientSecret: 'x' },
    { clientId: 'x' },
    { publicUrl: null },
    { apiUrl: 'http://127.0.0.1:1/api' },
  ];
  for (const change of wrong)
    expect(await examineSlackInstall({ ...app, ...change })).toMatchObject({ state: 'wrong' });
});

describe('a token that runs out', () => {
  test('is replaced before it does, by one of many that ask, and the old refresh token is good no more', async () => {
    slack.next({ team, name: 'Harbour Mutual', rotates: true });
    slack.endIn(60_000);
    expect((await install(await linkFor(world.kit.tenant))).status).toBe(200);
    const before = await world.kit.stores.installations.token(world.kit.tenant, team);
    slack.endIn(12 * 3_600_000);
    const at = { apiUrl: `${world.slackUrl}/slack/api/`, log: createLog({ level: 'silent' }), single: null };
    const lost = vi.fn(async () => {});
    const edges = { ...world.kit.stores, ...at, clientId: '1111.2222', clientSecret: SECRET, lost };
    const counted = slack.refreshes();
    // Eight processes at once.
    const all = await Promise.all(Array.from({ length: 8 }, () => installedTokens(edges).of(team)));
    expect(slack.refreshes() - counted).toBe(1);
    for (const clients of all) expect((await clients?.usual.auth.test())?.ok).toBe(true);
    const after = await world.kit.stores.installations.token(world.kit.tenant, team);
    expect(after?.token).not.toBe(before?.token);
    expect((after?.expiresAtMs ?? 0) - Date.now()).toBeGreaterThan(11 * 3_600_000);
    expect(lost).not.toHaveBeenCalled();
  });

  test('and whose refresh token Slack does not take any more ends the installation', async () => {
    slack.remove(team);
    const db = await world.kit.as('superuser');
    await db.query(
      `UPDATE slack_installations SET expires_at = now() + interval '1 minute' WHERE workspace = $1`,
      [team],
    );
    const lost = vi.fn(async () => {});
    const at = { apiUrl: `${world.slackUrl}/slack/api/`, log: createLog({ level: 'silent' }), single: null };
    const clients = installedTokens({
      ...{ ...world.kit.stores, ...at, clientId: '1111.2222', clientSecret: SECRET, lost },
    });
    expect(await clients.of(team)).toBeNull();
    expect(lost).toHaveBeenCalledWith(world.kit.tenant, team, 'invalid_refresh_token');
  });
});

describe('a workspace that removes the app', () => {
  test('has its tokens erased, an Admin is told, and is back when it installs the app again', async () => {
    slack.next({ team, name: 'Harbour Mutual' });
    expect((await install(await linkFor(world.kit.tenant))).status).toBe(200);
    await world.slack.client.uninstall();
    await expect.poll(async () => (await installed())[0]?.endedWhy).toMatch(/app_uninstalled|tokens_revoked/);
    const db = await world.kit.as('superuser');
    const { rows: sealed } = await db.query('SELECT sealed FROM slack_installations WHERE workspace = $1', [
      team,
    ]);
    expect(sealed).toEqual([{ sealed: null }]);
    const troubles = async () =>
      (
        await db.query(`SELECT kind, over_at IS NOT NULL AS over FROM chat_troubles WHERE workspace = $1`, [
          team,
        ])
      ).rows;
    await expect.poll(troubles).toEqual([{ kind: 'cut_off', over: false }]);
    const waiting = await world.ask();
    expect((await install(await linkFor(world.kit.tenant))).status).toBe(200);
    expect(await troubles()).toEqual([{ kind: 'cut_off', over: true }]);
    const posted = async () => {
      await world.hurry();
      const copies = await world.kit.stores.copies.ofSubject(world.kit.tenant, waiting.id);
      return copies.some((c) => c.platform === 'slack' && c.status === 'posted');
    };
    await expect.poll(posted, { timeout: 90_000, interval: 250 }).toBe(true);
    // An old event, replayed, stops nothing: Slack itself says that the token works.
    const event = {
      type: 'event_callback',
      team_id: team,
      event: { type: 'app_uninstalled' },
      event_id: 'EvOLD',
    };
    await world.post(JSON.stringify(event));
    expect((await installed())[0]?.endedWhy).toBeNull();
  });
});
