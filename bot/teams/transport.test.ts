import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../cards/model.ts';
import { CopyId, TenantId } from '../../core/ids.ts';
import type { Fault } from '../../local/workspace/teams-api/index.ts';
import { createLog } from '../../platform/log.ts';
import type { Stores } from '../../platform/stores.ts';
import { startTeamsKit, TEAMS_PEOPLE, type TeamsKit } from '../../test/teams-kit.ts';
import type { Gateway, PostTarget } from '../chat.ts';
import { mountTeams, type TeamsMount } from './mount.ts';

/** The way out, against the local Teams over real HTTP: what every answer of the connector means. */
let kit: TeamsKit;
let mount: TeamsMount;
let serviceUrl: string | null = null;
const { ada } = TEAMS_PEOPLE;
const gateway = {} as Gateway;
const stores = {
  people: {
    workspaceSettings: async () => [
      { workspace: kit.config.tenantId, settings: { serviceUrl: serviceUrl ?? '' } },
    ],
  },
} as unknown as Stores;

const mounted = (config: object = {}): TeamsMount =>
  mountTeams({ gateway, stores, config: { ...kit.config, ...config }, log: createLog({ level: 'silent' }) });

beforeAll(async () => {
  kit = await startTeamsKit();
  mount = mounted();
});
afterAll(() => kit.close());
beforeEach(() => kit.api.faults.clear());

const card = (words: string): Card => ({
  ...{
    v: 1,
    language: 'en',
    kind: 'notice',
    subject: 'apr_01J00000000000000000000000',
    version: 1,
    title: 'Title',
    state: null,
  },
  blocks: [{ kind: 'paragraph', spans: [{ kind: 'text', text: words }] }],
  summary: 'In one sentence.',
});
const target = (fields: Partial<PostTarget> = {}): PostTarget => ({
  tenant: TenantId.parse('harbour-mutual'),
  copy: CopyId.parse('cpy_01J00000000000000000000001'),
  workspace: kit.config.tenantId,
  conversation: kit.channel,
  thread: null,
  ...fields,
});
const fault = (status: Fault['status'], more: Partial<Fault> = {}): void =>
  kit.api.faults.add({ on: 'any', status, times: 1, ...more });

async function post(fields: Partial<PostTarget> = {}): Promise<string> {
  const sent = await mount.transport.post(target(fields), card('First'));
  if (!sent.ok) throw new Error(sent.why);
  return sent.message;
}

describe('posting', () => {
  test('a card begins a thread in the channel, a second one goes into it', async () => {
    const message = await post();
    expect(await kit.store.message(kit.channel, message)).toMatchObject({
      thread: null,
      summary: 'In one sentence.',
    });
    const reply = await post({ thread: message });
    expect(await kit.store.message(kit.channel, reply)).toMatchObject({ thread: message });
  });

  test('an Entra object names a person: their chat with the bot is made once', async () => {
    const conversation = kit.api.client.personalChat(ada.entraObject);
    const [first, second] = [
      await post({ conversation: ada.entraObject }),
      await post({ conversation: ada.entraObject }),
    ];
    expect((await kit.store.messages(conversation)).map((m) => m.id)).toEqual([first, second]);
    expect(
      await mount.transport.update(target({ conversation: ada.entraObject }), first, card('Second')),
    ).toEqual({ ok: true, message: first });
    expect(JSON.stringify((await kit.store.message(conversation, first))?.card)).toContain('Second');
  });

  test('Teams has no search: whether a lost message is there stays unknown', async () => {
    expect(await mount.transport.find(target(), 0)).toEqual({ ok: true, message: null, certain: false });
  });
});

describe('what a failure means', () => {
  test('429 waits as long as Teams says, and a little more', async () => {
    fault(429, { retryAfterSeconds: 7 });
    const sent = await mount.transport.post(target(), card('Busy'));
    expect(sent).toMatchObject({ ok: false, kind: 'retry', why: 'Throttled' });
    const { retryInMs = 0 } = sent as { retryInMs?: number };
    expect(retryInMs).toBeGreaterThanOrEqual(7_000);
    expect(retryInMs).toBeLessThanOrEqual(10_500);
  });

  test('412 and 503: not sent, try again; 502 and 504 leave a post in doubt, but not an edit', async () => {
    const kinds: Record<string, string> = {};
    for (const status of [412, 503, 502, 504] as const) {
      fault(status);
      const sent = await mount.transport.post(target(), card('Doubt'));
      kinds[`post ${status}`] = sent.ok ? 'ok' : sent.kind;
      const message = await post();
      fault(status);
      const edited = await mount.transport.update(target(), message, card('Doubt'));
      kinds[`edit ${status}`] = edited.ok ? 'ok' : edited.kind;
    }
    expect(kinds).toEqual({
      ...{ 'post 412': 'retry', 'post 503': 'retry', 'post 502': 'unclear', 'post 504': 'unclear' },
      ...{ 'edit 412': 'retry', 'edit 503': 'retry', 'edit 502': 'retry', 'edit 504': 'retry' },
    });
  });

  test('a message that was posted while its answer was lost is in doubt, and there', async () => {
    const before = (await kit.store.messages(kit.channel)).length;
    fault(504, { on: 'create', afterwards: true });
    expect(await mount.transport.post(target(), card('Lost'))).toMatchObject({ kind: 'unclear' });
    expect(await kit.store.messages(kit.channel)).toHaveLength(before + 1);
  });

  test('an edited message that is no longer there is missing', async () => {
    expect(await mount.transport.update(target(), '123', card('Gone'))).toMatchObject({
      kind: 'missing',
      why: 'ActivityNotFoundInConversation',
    });
    const message = await post();
    await kit.store.deleteMessage(kit.channel, message, Date.now());
    expect(await mount.transport.update(target(), message, card('Gone'))).toMatchObject({ kind: 'missing' });
  });

  test('a conversation that is not there is gone, and so is a person without the app', async () => {
    const elsewhere = target({ conversation: '19:nowhere@thread.tacv2' });
    expect(await mount.transport.post(elsewhere, card('x'))).toMatchObject({
      kind: 'gone',
      why: 'ConversationNotFound',
    });
    expect(await mount.transport.update(elsewhere, '1', card('x'))).toMatchObject({ kind: 'gone' });
    const nobody = target({ conversation: 'ffffffff-1b7e-4d0e-8d2c-5f1e6a9b0002' });
    expect(await mount.transport.post(nobody, card('x'))).toMatchObject({
      kind: 'gone',
      why: 'ForbiddenOperationException',
    });
  });

  test('a secret that the login does not take is the whole app’s trouble; a Teams that is away is tried again', async () => {
    const wrong = mounted({ clientSecret: 'wrong' });
    expect(await wrong.transport.post(target(), card('x'))).toMatchObject({
      kind: 'cut_off',
      why: 'login_401',
    });
    const away = mounted({
      serviceUrl: 'http://127.0.0.1:9',
      cloud: { ...kit.config.cloud, loginEndpoint: 'http://127.0.0.1:9' },
    });
    expect(await away.transport.post(target(), card('x'))).toMatchObject({
      kind: 'retry',
      why: 'login_unreachable',
    });
  });

  test("attack 15: a service URL from the settings is called only if it is Microsoft's or the configured one", async () => {
    let called = 0;
    const inside = createServer((_req, res) => (called++, res.end('{}')));
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    const { port } = inside.address() as { port: number };
    for (const url of [
      `http://127.0.0.1:${port}`,
      'http://169.254.169.254',
      `http://smba.trafficmanager.net@127.0.0.1:${port}`,
      'file:///etc/passwd',
      'junk',
    ]) {
      serviceUrl = url;
      expect(await mounted().transport.post(target(), card('x'))).toMatchObject({
        kind: 'refused',
        why: 'service_url_not_allowed',
      });
    }
    serviceUrl = null;
    expect(called).toBe(0);
    await new Promise((resolve) => inside.close(resolve));
  });

  test('attack 15: a redirect is not followed', async () => {
    const { port } = new URL(kit.config.serviceUrl);
    const hop = createServer((_req, res) =>
      res.writeHead(307, { location: `http://127.0.0.1:${port}/connector/v3/conversations` }).end(),
    );
    await new Promise<void>((resolve) => hop.listen(0, '127.0.0.1', resolve));
    const through = mounted({ serviceUrl: `http://127.0.0.1:${(hop.address() as { port: number }).port}` });
    const before = (await kit.store.messages(kit.channel)).length;
    expect(await through.transport.post(target(), card('x'))).toMatchObject({ ok: false, kind: 'refused' });
    expect(await kit.store.messages(kit.channel)).toHaveLength(before);
    await new Promise((resolve) => hop.close(resolve));
  });
});
