import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTeamsKit, TEAMS_PEOPLE, type TeamsKit } from '../../../test/teams-kit.ts';
import { createRateLimit } from './rate-limit.ts';

/** The local Teams rejects what Teams rejects; spoken to over HTTP, without the SDK. */
let kit: TeamsKit;
let token: string;

beforeAll(async () => {
  kit = await startTeamsKit();
  token = ((await (await ask({})).json()) as { access_token: string }).access_token;
});
afterAll(() => kit.close());
beforeEach(() => kit.api.faults.clear());

const ask = (changed: Record<string, string>, tenant = kit.config.tenantId): Promise<Response> => {
  const { clientId, clientSecret, cloud } = kit.config;
  const usual = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: cloud.botScope,
  };
  const body = new URLSearchParams({ ...usual, ...changed });
  return fetch(`${cloud.loginEndpoint}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
};

async function call(method: string, path: string, body?: unknown, bearer = token) {
  const response = await fetch(`${kit.config.serviceUrl}/v3/conversations${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const json = (text ? JSON.parse(text) : {}) as { id?: string; error?: { code: string } };
  return { status: response.status, json, retryAfter: response.headers.get('retry-after') };
}

const withCard = (content: object) => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
});
const card = (body: object[], version = '1.5') => withCard({ type: 'AdaptiveCard', version, body });
const here = () => `/${encodeURIComponent(kit.channel)}/activities`;

describe('the issuer', () => {
  test('publishes metadata and the key that signs', async () => {
    const metadata = (await (await fetch(kit.api.cloud.openIdMetadataUrl)).json()) as {
      issuer: string;
      jwks_uri: string;
    };
    expect(metadata.issuer).toBe(kit.api.cloud.tokenIssuer);
    const { keys } = (await (await fetch(metadata.jwks_uri)).json()) as { keys: Record<string, string>[] };
    expect(keys).toMatchObject([{ kid: kit.api.issuer.publicJwk.kid, kty: 'RSA' }]);
    expect(keys[0]).not.toHaveProperty('d');
  });

  test('gives a token only to the bot, for the connector', async () => {
    const statuses = await Promise.all([
      ask({ client_secret: 'wrong' }),
      ask({ client_id: 'wrong' }),
      ask({ grant_type: 'password' }),
      ask({ scope: 'https://graph.microsoft.com/.default' }),
      ask({}, 'another-tenant'),
    ]);
    expect(statuses.map((r) => r.status)).toEqual([401, 400, 400, 400, 400]);
    const refusals = (await Promise.all(statuses.map((r) => r.json()))) as { error_codes?: number[] }[];
    expect(refusals.map((r) => r.error_codes?.[0])).toEqual([7000215, 700016, undefined, undefined, 90002]);
  });
});

describe('the connector', () => {
  test("takes only the bot's token", async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT({ appid: kit.config.clientId, aud: 'https://api.botframework.com' })
      .setProtectedHeader({ alg: 'RS256', kid: kit.api.issuer.publicJwk.kid ?? '' })
      .setExpirationTime('1h')
      .sign(privateKey);
    // A token that Teams signed for the bot is none that the bot may use.
    for (const bearer of ['', 'junk', forged, await kit.api.issuer.signForBot()])
      expect((await call('POST', here(), card([]), bearer)).status).toBe(401);
    expect((await call('POST', here(), { type: 'message', text: 'hi' })).status).toBe(201);
  });

  test('rejects cards that Teams would not show', async () => {
    const code = async (activity: unknown) => {
      const { status, json } = await call('POST', here(), activity);
      return `${status} ${json.error?.code ?? ''}`;
    };
    const text = (words: string) => ({ type: 'TextBlock', text: words });
    expect(await code(card([text('x'.repeat(28 * 1024))]))).toBe('413 MessageSizeTooBig');
    expect(await code({ type: 'message', text: 'x'.repeat(80 * 1024) })).toBe('413 MessageSizeTooBig');
    expect(await code(card([text('x')], '1.6'))).toBe('400 BadSyntax');
    expect(await code(card([{ type: 'Nonsense' }]))).toBe('400 BadSyntax');
    expect(await code(card([{ type: 'Input.Text' }]))).toBe('400 BadSyntax');
    expect(await code(withCard({ type: 'Other', version: '1.5' }))).toBe('400 BadSyntax');
    expect(await code({ type: 'message' })).toBe('400 BadSyntax');
    expect(await code({ type: 'trace' })).toBe('400 BadSyntax');
    expect(await code(card([text('x')]))).toBe('201 ');
  });

  test('knows its conversations and messages, and lets the bot change its own only', async () => {
    const posted = (await call('POST', here(), { type: 'message', text: 'one' })).json.id ?? '';
    const edit = { type: 'message', text: 'two' };
    expect((await call('PUT', `${here()}/${posted}`, edit)).status).toBe(200);
    expect(await kit.store.message(kit.channel, posted)).toMatchObject({
      text: 'two',
      editedAtMs: expect.any(Number) as number,
    });
    expect((await call('PUT', `${here()}/1`, edit)).json.error?.code).toBe('ActivityNotFoundInConversation');
    expect((await call('POST', '/19:none@thread.tacv2/activities', edit)).json.error?.code).toBe(
      'ConversationNotFound',
    );
    const theirs = await kit.api.client.sendMessage(TEAMS_PEOPLE.ada.entraObject, 'hello', {
      conversation: kit.channel,
    });
    expect((await call('PUT', `${here()}/${theirs.message}`, edit)).status).toBe(404);
    expect((await call('DELETE', `${here()}/${posted}`)).status).toBe(200);
    expect((await call('DELETE', `${here()}/${posted}`)).status).toBe(404);
    expect((await call('PUT', `${here()}/${posted}`, edit)).status).toBe(404);
  });

  test('writes to the example people only', async () => {
    const create = (body: object) => call('POST', '', body);
    const { ada } = TEAMS_PEOPLE;
    const { tenantId } = kit.config;
    const made = await create({ members: [{ id: ada.entraObject }], tenantId });
    expect(made).toMatchObject({ status: 201, json: { id: kit.api.client.personalChat(ada.entraObject) } });
    expect((await create({ members: [{ id: 'nobody' }], tenantId })).status).toBe(403);
    expect((await create({ members: [{ id: ada.entraObject }], tenantId: 'other' })).status).toBe(403);
    const members = (await call('GET', `/${encodeURIComponent(made.json.id ?? '')}/members`))
      .json as unknown as object[];
    expect(members).toMatchObject([{ objectId: ada.entraObject, name: ada.name }]);
  });

  test('two messages at one instant get two ids', async () => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => call('POST', here(), { type: 'message', text: 'x' })),
    );
    expect(new Set(sent.map((s) => s.json.id)).size).toBe(20);
  });

  test('a fault hits as often as it was told to', async () => {
    kit.api.faults.add({ on: 'post', status: 429, retryAfterSeconds: 3, times: 2 });
    const post = () => call('POST', here(), { type: 'message', text: 'x' });
    expect(await post()).toMatchObject({ status: 429, retryAfter: '3' });
    expect(await post()).toMatchObject({ status: 429 });
    expect(await post()).toMatchObject({ status: 201 });
  });
});

test('50 requests a second, then none until the second is over', () => {
  let now = 0;
  const allowed = createRateLimit(50, () => now);
  expect(Array.from({ length: 60 }, () => allowed()).filter(Boolean)).toHaveLength(50);
  now = 1_000;
  expect(allowed()).toBe(true);
});
