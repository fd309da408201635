import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../core/canonical-json.ts';
import { ApprovalId } from '../../core/ids.ts';
import { EXAMPLE } from '../../local/example/example.ts';
import { loadConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { openAdmin } from '../../platform/tenants.ts';
import type { VerifiedStepUp } from '../../platform/stores.ts';
import { inSlack, inTeams, type Typist } from '../../test/both-chats.ts';
import { startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { addressIn, get, goOn, signIn, upToCallback, type Seen } from '../../test/browser-kit.ts';
import { entraUser, startEntraKit, type EntraKit } from '../../test/entra-kit.ts';
import { TEAMS_PEOPLE } from '../../test/teams-kit.ts';
import { listenHttp, type HttpServer } from '../api/http.ts';
import { mountIdentity } from './mount.ts';
import type { SignInLinks } from './sign-in.ts';

/** Sign-in with a local Entra over real HTTP, asked for in both chats; and the rights that groups give, at the click. */
let world: BotKit;
let entra: EntraKit;
let chats: Record<'Slack' | 'Teams', Typist>;

const ADA = TEAMS_PEOPLE.ada.entraObject;
const { stranger, slack: at } = EXAMPLE;

beforeAll(async () => {
  entra = await startEntraKit();
  world = await startBotKit({ withTeams: true, environment: entra.environment });
  chats = { Slack: inSlack(world), Teams: inTeams(world) };
  for (const { entraObject, email } of Object.values(TEAMS_PEOPLE))
    entra.users.set(entraObject, entraUser({ userPrincipalName: email }));
});
afterAll(async () => {
  await world?.close();
  await entra?.close();
});
afterEach(() => {
  entra.spoil = {};
  entra.faults.length = 0;
});

const MEMBER = { acct: 0 };
const db = () => world.kit.as('superuser');
const identities = async (): Promise<number> =>
  (await (await db()).query('SELECT FROM chat_identities')).rowCount ?? 0;

const asStranger = async (): Promise<string> =>
  addressIn((await world.slack.client.command(stranger.slackUser, at.channel, '/countersign link')).body);

describe('a sign-in', () => {
  test('links the account that asked, once, with an entry; the page before it changes nothing and holds no script', async () => {
    entra.signsIn = { oid: ADA, claims: MEMBER };
    const link = await asStranger();
    const before = [await identities(), await world.counts()];
    const page = await get(link);
    expect(page.text).toContain(`the Slack account ${stranger.slackUser}`);
    expect(page.text).not.toContain('<script');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:/);
    expect(policy).not.toContain('unsafe');
    expect([await identities(), await world.counts()]).toEqual(before);

    const { back, cookie, to } = await upToCallback(link);
    const asked = new URL(to).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('prompt')).toBe('select_account');
    const done = await get(back, cookie);
    expect(done.text).toContain('linked to Ada Okafor');
    expect(done.status).toBe(200);
    const { rows } = await (
      await db()
    ).query(`SELECT person FROM chat_identities WHERE account = $1`, [stranger.slackUser]);
    expect(rows).toEqual([{ person: world.kit.people.ada.id }]);
    expect((await world.counts()).ledger).toBe((before[1] as { ledger: number }).ledger + 1);
    const who = await world.slack.client.command(stranger.slackUser, at.channel, '/countersign whoami');
    expect(who.body).toContain('Ada Okafor');

    const again = await get(back, cookie);
    expect([again.status, again.text]).toEqual([403, expect.stringContaining('was ended before')]);
    expect((await get(link)).status).toBe(404);
    await (await db()).query(`DELETE FROM chat_identities WHERE account = $1`, [stranger.slackUser]);
  });

  test('is offered in Teams too, in the language of the reader, and adds nothing to who is linked', async () => {
    entra.signsIn = { oid: TEAMS_PEOPLE.ben.entraObject, claims: MEMBER };
    await (await db()).query(`UPDATE people SET language = 'de' WHERE name LIKE 'Ben%'`);
    const link = addressIn(await chats.Teams.type('ben', 'link'));
    expect((await get(link)).text).toContain('Dieses Chat-Konto mit Ihnen verknüpfen?');
    const before = await identities();
    expect((await signIn(link)).text).toContain('war schon mit Ben Sato verknüpft');
    expect(await identities()).toBe(before);
    await (await db()).query(`UPDATE people SET language = NULL`);
  });

  const other = 'eeeeeeee-0000-4000-8000-000000000001';

  test.each<{
    what: string;
    says: RegExp;
    oid?: string;
    claims?: Record<string, unknown>;
    spoil?: EntraKit['spoil'];
    come?: (link: string) => Promise<Seen>;
  }>([
    {
      what: 'another browser',
      says: /another browser/,
      come: async (link) => get((await upToCallback(link)).back),
    },
    {
      what: 'the browser of another person',
      says: /another browser/,
      come: async (link) => {
        const theirs = await goOn(await asStranger());
        return get((await upToCallback(link)).back, theirs.cookie);
      },
    },
    {
      what: 'a state that ran out',
      says: /longer than ten minutes/,
      come: async (link) => {
        const { back, cookie } = await upToCallback(link);
        await (await db()).query(`UPDATE sign_ins SET expires_at = now() - interval '1 second'`);
        return get(back, cookie);
      },
    },
    {
      what: 'a state that we did not write',
      says: /none of ours/,
      come: async (link) => {
        const { back, cookie } = await upToCallback(link);
        const url = new URL(back);
        url.searchParams.set('state', `${url.searchParams.get('state')?.slice(0, -4)}AAAA`);
        return get(url.href, cookie);
      },
    },
    {
      what: 'the code of another sign-in',
      says: /could not be verified/,
      come: async (link) => {
        const injected =
          new URL((await upToCallback(await asStranger())).back).searchParams.get('code') ?? '';
        const { back, cookie } = await upToCallback(link);
        const url = new URL(back);
        url.searchParams.set('code', injected);
        return get(url.href, cookie);
      },
    },
    {
      what: 'a button pressed on a page of somebody else',
      says: /none of ours/,
      come: async (link) => (await goOn(link, 'https://evil.example')).seen,
    },
    {
      what: 'a link that another browser took up',
      says: /none of ours/,
      come: async (link) => {
        await goOn(link);
        return (await goOn(link)).seen;
      },
    },
    { what: 'another nonce', says: /verified/, spoil: { token: (t) => void (t.payload['nonce'] = 'other') } },
    {
      what: 'another issuer',
      says: /verified/,
      spoil: { token: (t) => void (t.payload.iss = 'https://evil.example') },
    },
    { what: 'another audience', says: /verified/, spoil: { token: (t) => void (t.payload['aud'] = other) } },
    {
      what: 'a token that ran out',
      says: /verified/,
      spoil: { token: (t) => void (t.payload.exp = t.payload.iat - 60) },
    },
    {
      what: 'a token signed by another key',
      says: /verified/,
      spoil: { response: (body) => void (body['id_token'] = forged(body['id_token'], 'RS256')) },
    },
    {
      what: 'a token that nobody signed',
      says: /verified/,
      spoil: { response: (body) => void (body['id_token'] = forged(body['id_token'], 'none')) },
    },
    {
      what: 'no from the directory',
      says: /did not let you in/,
      spoil: {
        redirect: (url) => {
          url.searchParams.delete('code');
          url.searchParams.set('error', 'access_denied');
        },
      },
    },
    { what: 'another Entra tenant', says: /another organisation/, claims: { ...MEMBER, tid: other } },
    { what: 'a guest', says: /Guests, external people/, claims: { acct: 1 } },
    { what: 'a guest, as only Graph tells', says: /Guests, external people/, oid: other, claims: {} },
    {
      what: 'an address that nobody vouches for',
      says: /is not verified/,
      oid: 'eeeeeeee-0000-4000-8000-000000000002',
      claims: { ...MEMBER, email: 'ada.okafor@harbour.example', xms_edov: false },
    },
    {
      what: 'somebody whom the company does not know',
      says: /Nobody of your company/,
      oid: 'eeeeeeee-0000-4000-8000-000000000003',
      claims: { ...MEMBER, verified_primary_email: ['new@harbour.example'] },
    },
    {
      what: 'a second directory account of somebody',
      says: /Another account of your directory/,
      oid: 'eeeeeeee-0000-4000-8000-000000000003',
      claims: { ...MEMBER, verified_primary_email: ['ada.okafor@harbour.example'] },
    },
    {
      what: 'an oid that is linked to another than the address',
      says: /another person already/,
      claims: { ...MEMBER, verified_primary_email: ['ben.sato@harbour.example'] },
    },
  ])('attack: refused for $what, and nothing is linked', async ({ says, oid, claims, spoil = {}, come }) => {
    entra.users.set(other, entraUser({ userType: 'Guest' }));
    for (const last of ['2', '3']) entra.users.set(other.slice(0, -1) + last, entraUser());
    entra.signsIn = { oid: oid ?? ADA, claims: claims ?? MEMBER };
    entra.spoil = spoil;
    const link = await asStranger();
    const before = await identities();
    const seen = await (come ?? signIn)(link);
    expect(seen.text).toMatch(says);
    expect([403, 404]).toContain(seen.status);
    expect(await identities()).toBe(before);
  });

  test('of somebody else does not move an account that is linked, and the refusal is in the ledger', async () => {
    entra.signsIn = { oid: TEAMS_PEOPLE.ben.entraObject, claims: MEMBER };
    const before = await world.counts();
    const slack = await signIn(addressIn(await chats.Slack.type('mara', 'link')));
    expect(slack.text).toMatch(/another person already/);
    const teams = await signIn(addressIn(await chats.Teams.type('mara', 'link')));
    expect(teams.text).toMatch(/somebody else than the person who asked/);
    expect((await world.counts()).refused).toBe(before.refused + 2);
  });
});

describe('a fresh sign-in for one action', () => {
  const approval = ApprovalId.parse('apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A');
  const actionDigest = digestOf({ of: 'this action' });
  const got: VerifiedStepUp[] = [];
  let page: HttpServer;
  let links: SignInLinks;
  beforeAll(async () => {
    const log = createLog({ level: 'silent' });
    const config = loadConfig({ ...entra.environment });
    const identity = mountIdentity({
      ...{ config, stores: world.kit.stores, log, count: () => {} },
      publicUrl: () => `http://127.0.0.1:${page.port}`,
      onStepUp: (verified) => {
        got.push(verified);
        return Promise.resolve({ done: true, text: 'Signed.' });
      },
      onFirstPasskey: () => Promise.reject(new Error('no passkey here')),
      site: { origin: 'http://localhost' },
    });
    ({ links } = identity);
    page = await listenHttp({ routes: identity.routes, host: '127.0.0.1', port: 0, log });
  });
  afterAll(() => page?.close());

  const forAda = async (): Promise<string> => {
    const { ada } = world.kit.people;
    const account = { platform: 'slack', workspace: at.team, account: 'U08ADA' } as const;
    return (await links.toStepUp(world.kit.tenant, { person: ada, account, approval, actionDigest })) ?? '';
  };
  const signInAfresh = async (link: string): Promise<Seen> => {
    const { to, cookie } = await goOn(link);
    const asked = new URL(to).searchParams;
    expect([asked.get('prompt'), asked.get('max_age')]).toEqual(['login', '0']);
    return get((await get(to)).headers.get('location') ?? '', cookie);
  };

  test('is handed over once, bound to the person, the approval and the digest', async () => {
    entra.signsIn = { oid: ADA, claims: MEMBER };
    const link = await forAda();
    expect((await get(link)).text).toContain(approval);
    expect((await signInAfresh(link)).text).toContain('Signed.');
    expect(got).toHaveLength(1);
    const { ada } = world.kit.people;
    expect(got[0]).toMatchObject({
      tenant: world.kit.tenant,
      person: ada.id,
      approval,
      actionDigest,
      oid: ADA,
    });
    expect(Math.abs((got[0]?.authTimeMs ?? 0) - Date.now())).toBeLessThan(120_000);
    expect((await get(link)).status).toBe(404);
  });

  test.each<[string, RegExp, string, Record<string, unknown>]>([
    ['of three minutes ago', /verified|not fresh/, ADA, { auth_time: Math.floor(Date.now() / 1000) - 180 }],
    ['that does not say when', /verified|not fresh/, ADA, { auth_time: undefined }],
    ['of somebody else', /somebody else/, TEAMS_PEOPLE.ben.entraObject, {}],
    ['of another Entra tenant', /another organisation/, ADA, { tid: 'eeeeeeee-0000-4000-8000-00000000000f' }],
  ])('%s is none', async (_, says, oid, claims) => {
    const before = got.length;
    entra.signsIn = { oid, claims: { ...MEMBER, ...claims } };
    if ('auth_time' in claims)
      entra.spoil = { token: (token) => void (token.payload['auth_time'] = claims['auth_time']) };
    expect((await signInAfresh(await forAda())).text).toMatch(says);
    expect(got).toHaveLength(before);
  });
});

test('a company without Teams names its directory; one with Teams loses no channel by it', async () => {
  const { tenant } = world.kit;
  const admin = openAdmin({ appUrl: world.kit.urls.appUrl });
  const before = await world.kit.stores.people.workspaceSettings(tenant, 'teams');
  const directories = [EXAMPLE.teams.tenant, 'EEEEEEEE-0000-4000-8000-00000000000f'];
  await admin.createTenant({ tenant, name: EXAMPLE.name, workspaces: [], directories });
  await admin.close();
  const after = await world.kit.stores.people.workspaceSettings(tenant, 'teams');
  expect(after).toEqual([...before, { workspace: directories[1]?.toLowerCase(), settings: {} }]);
  expect(await world.kit.stores.identity.entraTenants(tenant)).toContain(directories[1]?.toLowerCase());
});

const FOREIGN = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** The same claims, signed by nobody or by a key that the directory does not have. */
function forged(token: unknown, alg: 'none' | 'RS256'): string {
  const [head = '', body = ''] = String(token).split('.');
  if (alg === 'none') return `${Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')}.${body}.`;
  return `${head}.${body}.${sign('RSA-SHA256', Buffer.from(`${head}.${body}`), FOREIGN).toString('base64url')}`;
}
