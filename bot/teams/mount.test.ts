import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
} from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card, Form } from '../../cards/model.ts';
import type { JsonObject, Sha256 } from '../../core/canonical-json.ts';
import { ApprovalId, CopyId, PersonId, TenantId } from '../../core/ids.ts';
import type { BotAnswer } from '../../local/workspace/teams-api/index.ts';
import { createLog } from '../../platform/log.ts';
import type { RegistrationStore, Stores, TeamsRegistration } from '../../platform/stores.ts';
import { SECOND_BOT, startTeamsKit, TEAMS_PEOPLE, type TeamsKit } from '../../test/teams-kit.ts';
import type {
  CommandRequest,
  Gateway,
  Outcome,
  PressedButton,
  SubmittedForm,
  SuggestionRequest,
} from '../chat.ts';
import { mountTeams, type TeamsMount } from './mount.ts';

/**
 * The wire on its own: real SDK, real tokens, real HTTP, and a gateway that writes down what reaches it. What the gateway
 * then decides is tested with the real one in `bot/`.
 */
const OTHER_TENANT = 'ffffffff-52a4-4c7b-9a63-0f6a1d7b5e10';
const TENANT = TenantId.parse('harbour-mutual');
/** A company with a bot registration of its own. */
const SECOND = TenantId.parse('second-insurer');
const SECOND_ROW: TeamsRegistration & { readonly secret: string } = {
  ...{ tenant: SECOND, app: SECOND_BOT.clientId, directories: [SECOND_BOT.tenantId] },
  ...{ cloud: 'public', secret: SECOND_BOT.clientSecret, secretAtMs: 1 },
};
const { ada, stranger } = TEAMS_PEOPLE;
const approval = ApprovalId.parse('apr_01J00000000000000000000000');
const copy = CopyId.parse('cpy_01J00000000000000000000001');
const target = { kind: 'approval', approval, version: 3, actionDigest: 'a'.repeat(64) as Sha256 } as const;

const card = (kind: Card['kind'], title: string): Card => ({
  ...{ v: 1, language: 'en', kind, title, subject: approval, version: 3, state: null },
  summary: `${title}, in one sentence.`,
  blocks: [
    { kind: 'paragraph', spans: [{ kind: 'text', text: 'Words.' }] },
    {
      kind: 'actions',
      actions: [
        { verb: 'approve', label: 'Approve', style: 'primary', opens: null, target },
        { verb: 'decline', label: 'Decline…', style: 'normal', opens: 'form', target },
      ],
      menu: [],
    },
  ],
});

const form: Form = {
  ...{
    v: 1,
    language: 'en',
    verb: 'decline',
    target,
    title: 'Decline',
    intro: [],
    submit: 'Decline',
    cancel: 'Cancel',
  },
  inputs: [
    {
      ...{ kind: 'multiline', name: 'reason', label: 'Reason', hint: '', placeholder: '', initial: '' },
      ...{ required: true, maxLength: 500, currency: '', options: [] },
    },
  ],
};

type Heard =
  | ({ door: 'press' } & PressedButton)
  | ({ door: 'submit' } & SubmittedForm)
  | ({ door: 'command' } & CommandRequest);

let kit: TeamsKit;
let mount: TeamsMount;
let heard: Heard[] = [];
let answers: Outcome[] = [];
let refusals: { subject: string; reason: string; verb: string; tenant: TenantId }[] = [];
let remembered: { conversation: string; kind: string; person: string | null }[] = [];
let seen: Set<string>;
let storeAway = false;
let rows: (typeof SECOND_ROW)[] = [];
/** Moves the clock on: what was read of registrations is read anew. */
let later = 0;

const next = (): Promise<Outcome> =>
  Promise.resolve(answers.shift() ?? { kind: 'text', done: true, text: 'Recorded, 1 of 2.' });

let asked: SuggestionRequest[] = [];
let suggested: Awaited<ReturnType<Gateway['suggest']>> = [];

const gateway: Gateway = {
  press: (pressed) => (heard.push({ door: 'press', ...pressed }), next()),
  submit: (submitted) => (heard.push({ door: 'submit', ...submitted }), next()),
  command: (request) => (heard.push({ door: 'command', ...request }), next()),
  suggest: (request) => (asked.push(request), Promise.resolve(suggested)),
  decide: () => Promise.reject(new Error('Teams goes through press and submit')),
  // Another customer of the same deployment, with a bot registration of its own.
  tenantOf: (_platform, workspace) =>
    Promise.resolve(
      workspace === SECOND_BOT.tenantId
        ? SECOND
        : [kit.config.tenantId, OTHER_TENANT].includes(workspace)
          ? TENANT
          : null,
    ),
};

const stores = {
  people: {
    identify: async (_tenant: TenantId, { account }: { account: string }) =>
      account === ada.entraObject
        ? { ok: true, kind: 'member', person: { id: PersonId.parse('per_01J00000000000000000000002') } }
        : { ok: false, reason: 'identity_unlinked' },
    rememberConversation: async (_tenant: TenantId, c: (typeof remembered)[number]) =>
      void remembered.push(c),
    rememberLanguage: async () => undefined,
    workspaceSettings: async () => [],
  },
  approvals: {
    recordRefusal: async (tenant: TenantId, r: (typeof refusals)[number]) => refusals.push({ ...r, tenant }),
  },
  registrations: {
    apps: async () => rows,
    get: async (tenant: TenantId, app: string) =>
      rows.find((row) => row.tenant === tenant && row.app === app) ?? null,
    appOf: async (tenant: TenantId, directory: string) =>
      rows.find((row) => row.tenant === tenant && row.directories.includes(directory))?.app ?? null,
  } satisfies RegistrationStore,
  seen: {
    async firstTime(_tenant: TenantId, _platform: string, key: string) {
      if (storeAway) throw new Error('Postgres is away');
      return seen.has(key) ? false : Boolean(seen.add(key));
    },
  },
} as unknown as Stores;

beforeAll(async () => {
  kit = await startTeamsKit();
  const log = createLog({ level: process.env['TEST_LOG'] ?? 'silent' });
  const { cloud, serviceUrl } = kit.config;
  const now = () => Date.now() + later;
  mount = mountTeams({
    gateway,
    config: kit.config,
    companies: { cloud: { ...cloud }, serviceUrl },
    stores,
    log,
    now,
  });
  kit.serve((req, res) => void mount.handle(req, res));
});
afterAll(async () => {
  await mount.close();
  await kit.close();
});
beforeEach(() => {
  asked = [];
  suggested = [{ value: 'run_1', label: 'CLM-0847 · waiting' }];
  ({ heard, answers, refusals, remembered, seen } = {
    heard: [],
    answers: [],
    refusals: [],
    remembered: [],
    seen: new Set(),
  });
  storeAway = false;
  rows = [SECOND_ROW];
  later += 60_000;
  kit.api.faults.clear();
});

const posted = async (conversation = kit.channel) =>
  (await kit.store.messages(conversation)).filter((m) => m.from.entraObject === null);
const last = async (conversation = kit.channel) => (await posted(conversation)).at(-1);
const post = async (c: Card = card('approval', 'Pay £6,180.00')): Promise<string> => {
  const where = {
    tenant: TENANT,
    copy,
    workspace: kit.config.tenantId,
    conversation: kit.channel,
    thread: null,
  };
  const sent = await mount.transport.post(where, c);
  if (!sent.ok) throw new Error(sent.why);
  return sent.message;
};
interface Button {
  type: string;
  title: string;
  verb?: string;
  data: JsonObject;
}
/** The data of a button as the client would send it, read off the posted card. */
async function button(message: string, title: string): Promise<Button> {
  const found = await kit.store.message(kit.channel, message);
  const body = (found?.card?.['body'] ?? []) as unknown as { type: string; actions?: Button[] }[];
  const actions = body.find((element) => element.type === 'ActionSet')?.actions ?? [];
  const wanted = actions.find((action) => action.title === title);
  if (!wanted) throw new Error(`no button ${title}`);
  return wanted;
}
const at = (message: string) => ({ conversation: kit.channel, message });
const taskOf = (answer: BotAnswer) => (answer.body as { task: { type: string; value: unknown } }).task;

describe('what people do', () => {
  test('what may be chosen is asked for in their name; what is not known in time is not called nothing', async () => {
    const query = { ...at('1'), dataset: 'trace.run', queryText: 'CLM' };
    const found = await kit.api.client.search(ada.entraObject, query);
    expect(found).toMatchObject({
      status: 200,
      body: { statusCode: 200, value: { results: [{ title: 'CLM-0847 · waiting', value: 'run_1' }] } },
    });
    expect(asked).toMatchObject([
      { source: 'trace.run', typed: 'CLM', caller: { account: ada.entraObject } },
    ]);
    suggested = null;
    expect((await kit.api.client.search(ada.entraObject, query)).status).toBe(503);
  });

  test('a mention in a channel is a command, and the answer for everyone comes into its thread', async () => {
    answers = [
      { kind: 'card', done: true, audience: 'conversation', card: card('run', 'fraud-review CLM-0847') },
    ];
    const spot = { conversation: kit.channel };
    const { answer, message } = await kit.api.client.sendMessage(
      ada.entraObject,
      '@Countersign Run fraud-review  CLM-0847',
      spot,
    );
    expect(answer?.status).toBe(200);
    await mount.close();
    expect(heard).toMatchObject([
      {
        ...{ door: 'command', verb: 'run', words: 'fraud-review CLM-0847' },
        caller: { platform: 'teams', workspace: kit.config.tenantId, account: ada.entraObject },
        place: { conversation: kit.channel, thread: message, kind: 'channel' },
      },
    ]);
    expect(await last()).toMatchObject({ thread: message, card: { type: 'AdaptiveCard', version: '1.5' } });
  });

  test('a private answer in a channel goes into the chat with that person', async () => {
    answers = [{ kind: 'card', done: true, audience: 'private', card: card('inbox', 'Waiting for you') }];
    const before = (await posted()).length;
    await kit.api.client.sendMessage(ada.entraObject, '@Countersign inbox', { conversation: kit.channel });
    await mount.close();
    expect(await posted()).toHaveLength(before);
    expect(await last(kit.api.client.personalChat(ada.entraObject))).toMatchObject({
      summary: 'Waiting for you, in one sentence.',
    });
  });

  test('words in the personal chat need no mention; the place is remembered for later', async () => {
    const chat = kit.api.client.personalChat(ada.entraObject);
    await kit.api.client.sendMessage(ada.entraObject, 'whoami', { conversation: chat });
    await mount.close();
    expect(heard).toMatchObject([
      { verb: 'whoami', words: '', place: { kind: 'personal', conversation: chat } },
    ]);
    expect(remembered).toMatchObject([
      { conversation: chat, kind: 'personal', person: 'per_01J00000000000000000000002' },
    ]);
    expect(await last(chat)).toMatchObject({ text: 'Recorded, 1 of 2.' });
  });

  test('a form that a command asks for is filled in where it stands', async () => {
    answers = [{ kind: 'form', form, binding: { copy: null, cardDigest: null } }];
    const chat = kit.api.client.personalChat(ada.entraObject);
    await kit.api.client.sendMessage(ada.entraObject, 'run', { conversation: chat });
    await mount.close();
    const asked = await last(chat);
    const [submit] = asked?.card?.['actions'] as unknown as Button[];
    const data = { ...submit?.data, 'field.reason': 'Because' };
    const where = { conversation: chat, message: asked?.id ?? '' };
    await kit.api.client.submitInMessage(ada.entraObject, { ...where, data });
    await mount.close();
    expect(heard[1]).toMatchObject({
      door: 'submit',
      fields: { reason: 'Because' },
      press: { verb: 'decline' },
    });
  });

  test('an approve click is pressed with what the button carries, and answered with the sentence', async () => {
    const message = await post();
    const { verb = '', data } = await button(message, 'Approve');
    const answer = await kit.api.client.clickExecute(ada.entraObject, { ...at(message), verb, data });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        statusCode: 200,
        type: 'application/vnd.microsoft.activity.message',
        value: 'Recorded, 1 of 2.',
      },
    });
    expect(heard).toMatchObject([
      {
        ...{ door: 'press', message },
        place: { conversation: kit.channel, thread: message },
        press: { kind: 'approval', verb: 'approve', payload: { approval, version: 3, copy } },
      },
    ]);
  });

  test('a decision that comes with the new card is answered with it', async () => {
    const message = await post();
    const { verb = '', data } = await button(message, 'Approve');
    answers = [{ kind: 'card', done: true, audience: 'private', card: card('approval', 'Signed') }];
    const answer = await kit.api.client.clickExecute(ada.entraObject, { ...at(message), verb, data });
    expect(answer.body).toMatchObject({
      type: 'application/vnd.microsoft.card.adaptive',
      value: { version: '1.5' },
    });
  });

  test('a refused stranger reads the sentence; the card that others sign stays', async () => {
    const message = await post();
    const { verb = '', data } = await button(message, 'Approve');
    answers = [{ kind: 'card', done: false, audience: 'private', card: card('refusal', 'Not linked') }];
    const answer = await kit.api.client.clickExecute(stranger.entraObject, { ...at(message), verb, data });
    expect(answer.body).toEqual({
      ...{ statusCode: 200, type: 'application/vnd.microsoft.activity.message' },
      value: 'Not linked, in one sentence.',
    });
    expect(heard).toMatchObject([{ caller: { account: stranger.entraObject } }]);
  });

  test('decline opens a dialog, wrong words keep it open with the reason on top, right ones close it', async () => {
    const message = await post();
    const { data } = await button(message, 'Decline…');
    const opened: Outcome = { kind: 'form', form, binding: { copy, cardDigest: null } };
    const invalid: Outcome = { kind: 'invalid', text: '', fieldErrors: { reason: 'Please say why.' } };
    answers = [opened, invalid, opened, { kind: 'text', done: true, text: 'Declined.' }];
    const dialog = taskOf(await kit.api.client.openDialog(ada.entraObject, { ...at(message), data }));
    expect(dialog).toMatchObject({ type: 'continue', value: { title: 'Decline' } });
    const content = (dialog.value as { card: { content: JsonObject } }).card.content;
    const [submit] = content['actions'] as unknown as Button[];
    const typed = (reason: string) => ({ ...at(message), data: { ...submit?.data, 'field.reason': reason } });
    const again = taskOf(await kit.api.client.submitDialog(ada.entraObject, typed(' ')));
    expect(again).toMatchObject({ type: 'continue' });
    expect(JSON.stringify(again)).toContain('Reason: Please say why.');
    const done = taskOf(await kit.api.client.submitDialog(ada.entraObject, typed('Wrong payee')));
    expect(done).toEqual({ type: 'message', value: 'Declined.' });
    expect(heard.at(-1)).toMatchObject({ door: 'submit', message, fields: { reason: 'Wrong payee' } });
  });

  test('an installation is remembered; a removal is not', async () => {
    const chat = kit.api.client.personalChat(ada.entraObject);
    await kit.api.client.install(
      { id: chat, kind: 'personal', name: ada.name, person: ada.entraObject },
      ada.entraObject,
    );
    expect(remembered).toMatchObject([{ conversation: chat, kind: 'personal' }]);
    const fields = { type: 'installationUpdate', action: 'remove', id: 'f:2' };
    await kit.api.client.post(await kit.api.client.activity(ada.entraObject, { conversation: chat }, fields));
    expect(remembered).toHaveLength(1);
  });

  test('a store that is away: the clicker is not told that anything was recorded', async () => {
    const message = await post();
    const { verb = '', data } = await button(message, 'Approve');
    storeAway = true;
    const answer = await kit.api.client.clickExecute(ada.entraObject, { ...at(message), verb, data });
    expect(answer.body).toMatchObject({ value: expect.stringContaining('Not confirmed') as string });
    expect(heard).toEqual([]);
  });
});

describe('registrations of companies, beside the one of the environment', () => {
  const chat = 'a:a chat with the second bot';
  /** Words of Ada's to the second company's bot; `told` replaces fields. */
  const words = async (told: JsonObject = {}): Promise<JsonObject> => {
    await kit.store.ensureConversation({ id: chat, kind: 'personal', name: 'Ada', person: ada.entraObject });
    const fields = { type: 'message', id: `170000000${later}`, text: 'whoami' };
    return {
      ...(await kit.api.client.activity(ada.entraObject, { conversation: chat }, fields)),
      conversation: { id: chat, tenantId: SECOND_BOT.tenantId, conversationType: 'personal' },
      channelData: { tenant: { id: SECOND_BOT.tenantId } },
      recipient: { id: `28:${SECOND_BOT.clientId}`, name: 'Countersign' },
      ...told,
    };
  };
  const signed = async (aud: string, more: object = {}) => ({
    authorization: `Bearer ${await kit.api.issuer.signForBot({ aud, ...more })}`,
  });
  const bySecond = () => signed(SECOND_BOT.clientId);
  const toHarbour = () =>
    kit.api.client.activity(
      ada.entraObject,
      { conversation: kit.api.client.personalChat(ada.entraObject) },
      { type: 'message', id: '1700000000009', text: 'help' },
    );
  const writer = { tenant: SECOND, copy, workspace: SECOND_BOT.tenantId, conversation: chat, thread: null };
  const refusedFor = (tenant: TenantId) => ({ tenant, subject: 'teams', reason: 'tenant_not_allowed' });

  test('what its own app vouches for is heard in its name, and answered with its credentials', async () => {
    expect((await kit.api.client.post(await words(), await bySecond())).status).toBe(200);
    await mount.close();
    expect(heard).toMatchObject([
      { door: 'command', verb: 'whoami', caller: { workspace: SECOND_BOT.tenantId } },
    ]);
    expect((await last(chat))?.from.id).toBe(`28:${SECOND_BOT.clientId}`);
    const sent = await mount.transport.post(writer, card('notice', 'For the second company'));
    expect(sent).toMatchObject({ ok: true });
    expect((await last(chat))?.from.id).toBe(`28:${SECOND_BOT.clientId}`);
    // And the first is written to as before.
    await post();
    expect((await last())?.from.id).toBe(`28:${kit.config.clientId}`);
  });
  test('attack 13: the token of one registration in a conversation of the other company, both ways', async () => {
    expect((await kit.api.client.post(await toHarbour(), await bySecond())).status).toBe(403);
    expect(refusals.splice(0)).toMatchObject([refusedFor(SECOND)]);
    expect((await kit.api.client.post(await words())).status).toBe(403);
    expect(refusals).toMatchObject([refusedFor(TENANT)]);
    expect(heard).toEqual([]);
    expect(seen.size).toBe(0);
  });
  test('attack 13: an Entra tenant that is another company’s by now, though the registration lists it', async () => {
    rows = [{ ...SECOND_ROW, directories: [SECOND_BOT.tenantId, kit.config.tenantId] }];
    expect((await kit.api.client.post(await toHarbour(), await bySecond())).status).toBe(403);
    expect(refusals).toMatchObject([refusedFor(SECOND)]);
    expect(heard).toEqual([]);
  });
  test('attack 13: a token of another Entra tenant for its app', async () => {
    const foreign = await signed(SECOND_BOT.clientId, { tid: OTHER_TENANT });
    expect((await kit.api.client.post(await words(), foreign)).status).toBe(403);
    expect(heard).toEqual([]);
  });
  test('attack 13: an app that is nobody’s here, two companies’, or several at once', async () => {
    const nobodys = await signed('99999999-64a8-4f3b-b1f2-9a0c3d5e7f21');
    expect((await kit.api.client.post(await words(), nobodys)).status).toBe(401);
    const both = await signed(SECOND_BOT.clientId, { aud: [SECOND_BOT.clientId, kit.config.clientId] });
    expect((await kit.api.client.post(await words(), both)).status).toBe(401);
    rows = [SECOND_ROW, { ...SECOND_ROW, tenant: TENANT }];
    later += 60_000;
    expect((await kit.api.client.post(await words(), await bySecond())).status).toBe(401);
    expect(heard).toEqual([]);
    expect(refusals).toEqual([]);
  });
  test('attack 10: a forged token for its app is no token', async () => {
    const { authorization } = await bySecond();
    const [head = '', , tail = ''] = authorization.split('.');
    const claims = { aud: SECOND_BOT.clientId, serviceurl: kit.api.serviceUrl, exp: 9_999_999_999 };
    const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${tail}`;
    expect((await kit.api.client.post(await words(), { authorization: forged })).status).toBe(401);
    expect(heard).toEqual([]);
  });
  test('another secret is taken up without a restart, and what is heard does not wait for it', async () => {
    rows = [{ ...SECOND_ROW, secret: 'one that ran out', secretAtMs: 2 }];
    expect(await mount.transport.post(writer, card('notice', 'x'))).toMatchObject({ why: 'login_401' });
    expect((await kit.api.client.post(await words(), await bySecond())).status).toBe(200);
    await mount.close();
    rows = [{ ...SECOND_ROW, secretAtMs: 3 }];
    later += 60_000;
    expect(await mount.transport.post(writer, card('notice', 'x'))).toMatchObject({ ok: true });
  });
  test('one that ended is not heard and writes nothing; the company is not written to by another', async () => {
    expect(await mount.transport.post(writer, card('notice', 'x'))).toMatchObject({ ok: true });
    rows = [];
    later += 60_000;
    expect((await kit.api.client.post(await words(), await bySecond())).status).toBe(401);
    expect(await mount.transport.post(writer, card('notice', 'x'))).toMatchObject({
      ...{ ok: false, kind: 'cut_off', why: 'no_registration' },
    });
  });
});

describe('what is not heard', () => {
  const words = { type: 'message', id: '1700000000001', text: 'help' };
  const body = () =>
    kit.api.client.activity(
      ada.entraObject,
      { conversation: kit.api.client.personalChat(ada.entraObject) },
      words,
    );
  const refused = async (token: string | null, changed: JsonObject = {}): Promise<number> => {
    const authorization = token === null ? null : `Bearer ${token}`;
    const { status } = await kit.api.client.post({ ...(await body()), ...changed }, { authorization });
    expect(heard).toEqual([]);
    expect(seen.size).toBe(0);
    return status;
  };
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const usual = () => ({
    ...{ iss: kit.api.cloud.tokenIssuer, aud: kit.config.clientId, serviceurl: kit.api.serviceUrl },
    ...{ nbf: nowSeconds(), exp: nowSeconds() + 3_600 },
  });
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('the rightly signed message is heard, so that the refusals below mean something', async () => {
    expect((await kit.api.client.post(await body())).status).toBe(200);
    expect(heard).toHaveLength(1);
  });

  test('attack 10: no token, or none of a token', async () => {
    expect(await refused(null)).toBe(401);
    expect(await refused('')).toBe(401);
    expect(await refused('not.a.token')).toBe(401);
  });
  test('attack 10: alg none', async () => {
    expect(await refused(`${encode({ alg: 'none', typ: 'JWT' })}.${encode(usual())}.`)).toBe(401);
    expect(
      await refused(`${encode({ alg: 'none', kid: kit.api.issuer.publicJwk.kid })}.${encode(usual())}.c2ln`),
    ).toBe(401);
  });
  test('attack 10: HS256 with the public key as the secret', async () => {
    const pem = createPublicKey({
      key: kit.api.issuer.publicJwk as JsonWebKey,
      format: 'jwk',
    }).export({
      type: 'spki',
      format: 'pem',
    });
    for (const alg of ['HS256', 'RS256']) {
      const signed = `${encode({ alg, kid: kit.api.issuer.publicJwk.kid })}.${encode(usual())}`;
      expect(await refused(`${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`)).toBe(
        401,
      );
    }
  });
  test('attack 10: expired, and without an end', async () => {
    const { issuer } = kit.api;
    expect(
      await refused(await issuer.signForBot({ nbf: nowSeconds() - 9_000, exp: nowSeconds() - 301 })),
    ).toBe(401);
    expect(await refused(await issuer.signForBot({ exp: undefined }))).toBe(401);
  });
  test('attack 10: wrong audience', async () => {
    expect(await refused(await kit.api.issuer.signForBot({ aud: 'another-bot' }))).toBe(401);
  });
  test('attack 10: wrong issuer', async () => {
    expect(await refused(await kit.api.issuer.signForBot({ iss: 'https://api.botframework.com' }))).toBe(401);
  });
  test("attack 10: unknown kid, no kid, and a stranger's key under our kid", async () => {
    expect(await refused(await kit.api.issuer.signForBot({}, { kid: 'unknown' }))).toBe(401);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const kid = kit.api.issuer.publicJwk.kid;
    expect(
      await refused(await new SignJWT(usual()).setProtectedHeader({ alg: 'RS256', kid }).sign(key)),
    ).toBe(401);
    expect(await refused(await new SignJWT(usual()).setProtectedHeader({ alg: 'RS256' }).sign(key))).toBe(
      401,
    );
  });
  test('attack 10: not valid yet, or issued in the future', async () => {
    const { issuer } = kit.api;
    expect(
      await refused(await issuer.signForBot({ nbf: nowSeconds() + 600, exp: nowSeconds() + 3_600 })),
    ).toBe(401);
    expect(await refused(await issuer.signForBot({ iat: nowSeconds() + 600 }))).toBe(401);
  });
  test('attack 11: serviceUrl in the body differs from the claim, or is absent, or the claim is', async () => {
    const token = await kit.api.issuer.signForBot();
    expect(await refused(token, { serviceUrl: 'https://smba.trafficmanager.net/teams' })).toBe(401);
    const rest = await body();
    delete rest['serviceUrl'];
    expect((await kit.api.client.post(rest)).status).toBe(401);
    expect(await refused(await kit.api.issuer.signForBot({ serviceurl: undefined }))).toBe(401);
  });
  test('attack 12: the same activity again, in every door', async () => {
    const message = await post();
    const { verb = '', data } = await button(message, 'Approve');
    const value = { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' };
    const click = { type: 'invoke', name: 'adaptiveCard/action', id: 'f:once', replyToId: message, value };
    const activity = await kit.api.client.activity(
      ada.entraObject,
      { conversation: kit.channel, thread: message },
      click,
    );
    const authorization = `Bearer ${await kit.api.issuer.signForBot()}`;
    const five = await Promise.all(
      Array.from({ length: 5 }, () => kit.api.client.post(activity, { authorization })),
    );
    const told = five.map((answer) => (answer.body as { value: string }).value).sort();
    expect(heard).toHaveLength(1);
    expect(told.filter((sentence) => sentence === 'Recorded, 1 of 2.')).toHaveLength(1);
    expect(told.filter((sentence) => sentence.startsWith('This was received before'))).toHaveLength(4);
    expect(refusals).toHaveLength(4);
    expect(refusals[0]).toMatchObject({ subject: approval, verb: 'approve', reason: 'replayed' });
    const words = await body();
    expect((await kit.api.client.post(words)).status).toBe(200);
    expect((await kit.api.client.post(words)).status).toBe(403);
    expect(heard).toHaveLength(2);
  });
  test('attack 13: another Entra tenant, none, or two at once', async () => {
    const other = OTHER_TENANT;
    const token = await kit.api.issuer.signForBot();
    const activity = await body();
    const conversation = activity['conversation'] as JsonObject;
    const inTenant = (tenantId: string) => ({ ...conversation, tenantId });
    const channelData = (id: string) => ({ tenant: { id } });
    expect(await refused(token, { conversation: inTenant(other), channelData: channelData(other) })).toBe(
      403,
    );
    expect(await refused(token, { conversation: inTenant(other) })).toBe(403);
    expect(await refused(token, { channelData: channelData(other) })).toBe(403);
    const nowhere = { ...conversation };
    delete nowhere['tenantId'];
    expect(await refused(token, { conversation: nowhere, channelData: {} })).toBe(403);
    expect(await refused(await kit.api.issuer.signForBot({ tid: other }))).toBe(403);
  });
  test('attack 15: a service URL inside our own network is not called, though the token vouches for it', async () => {
    let called = 0;
    const inside = createServer((_req, res) => (called++, res.end('{}')));
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    const { port } = inside.address() as { port: number };
    for (const serviceurl of [
      `http://127.0.0.1:${port}`,
      `http://localhost:${port}`,
      'http://169.254.169.254/latest',
      'https://evil.example/teams',
    ]) {
      const token = await kit.api.issuer.signForBot({ serviceurl });
      expect(await refused(token, { serviceUrl: serviceurl })).toBe(403);
    }
    expect(called).toBe(0);
    await new Promise((resolve) => inside.close(resolve));
  });
  test('malformed but authenticated is 400, malformed and unsigned 401', async () => {
    for (const junk of ['{', '[]', 'null', '"x"', '{"type":1}']) {
      expect((await kit.api.client.post(junk)).status).toBe(400);
      expect((await kit.api.client.post(junk, { authorization: null })).status).toBe(401);
      const forged = `Bearer ${encode({ alg: 'RS256', kid: 'x' })}.${encode(usual())}.c2ln`;
      expect((await kit.api.client.post(junk, { authorization: forged })).status).toBe(401);
    }
    expect((await kit.api.client.post({ ...(await body()), from: {} })).status).toBe(400);
    expect(heard).toEqual([]);
  });
  test('kinds we do not listen to are acknowledged, questions we cannot answer are not', async () => {
    const answer = async (fields: JsonObject) =>
      (await kit.api.client.post({ ...(await body()), ...fields })).status;
    expect(await answer({ type: 'typing' })).toBe(200);
    expect(await answer({ type: 'dialog.open' })).toBe(200);
    expect(await answer({ type: 'card.action' })).toBe(200);
    expect(await answer({ type: 'invoke', name: 'signin/tokenExchange', value: {} })).toBe(501);
    expect(heard).toEqual([]);
  });
  test('the environment cannot open it', async () => {
    const names = {
      DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS: 'true',
      CLOUD: 'USGov',
      SERVICE_URL: 'http://169.254.169.254',
      CLIENT_ID: 'other',
      CLIENT_SECRET: 'other',
      TENANT_ID: 'other',
      MANAGED_IDENTITY_CLIENT_ID: 'system',
      OAUTH_URL: 'http://169.254.169.254',
    };
    Object.assign(process.env, names);
    try {
      const opened = mountTeams({ gateway, config: kit.config, stores, log: createLog({ level: 'silent' }) });
      kit.serve((req, res) => void opened.handle(req, res));
      expect(await refused(null)).toBe(401);
      expect(await refused(await kit.api.issuer.signForBot({ aud: 'other' }))).toBe(401);
      expect((await kit.api.client.post(await body())).status).toBe(200);
      await opened.close();
      expect(await last(kit.api.client.personalChat(ada.entraObject))).toMatchObject({
        text: 'Recorded, 1 of 2.',
      });
    } finally {
      for (const name of Object.keys(names)) delete process.env[name];
      kit.serve((req, res) => void mount.handle(req, res));
    }
  });
  test('an empty credential refuses to start', () => {
    const mounting = (config: object) => () =>
      mountTeams({ gateway, config: { ...kit.config, ...config }, stores, log: createLog() });
    expect(mounting({ clientSecret: '' })).toThrow('clientSecret');
    expect(mounting({ clientId: '' })).toThrow('clientId');
    expect(mounting({ tenantId: '' })).toThrow('tenantId');
  });
});
