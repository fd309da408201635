import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { App, HTTPReceiver, type SlackActionMiddlewareArgs } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testDatabase } from '../../test/engines.ts';
import { CHATS_WAIT_MS } from '../../test/patience.ts';
import { EXAMPLE } from '../example/example.ts';
import { startWorkspace, type Workspace } from './server.ts';
import { createTriggers } from './slack-api/triggers.ts';

const SECRET = 'a-signing-secret-of-this-test';
const TOKEN = 'xoxb-local-test';
const CHANNEL = EXAMPLE.slack.channel;

/** What reached the bot, and what it is to do next. */
interface Seen {
  kind: string;
  body: Record<string, unknown>;
}
const seen: Seen[] = [];
let submission: Record<string, unknown> | undefined;
let botServer: Server;
let databaseUrl = '';
let workspace: Workspace;
let client: WebClient;
let requests: { headers: Record<string, unknown>; body: string }[] = [];
let refuseEvents = 0;

const form = {
  type: 'modal' as const,
  callback_id: 'decline',
  title: { type: 'plain_text' as const, text: 'Decline' },
  submit: { type: 'plain_text' as const, text: 'Decline' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: { type: 'plain_text' as const, text: 'Why' },
      element: { type: 'plain_text_input' as const, action_id: 'words' },
    },
  ],
};

let receiver: HTTPReceiver;

/** A plain server before Bolt keeps the raw requests, and can refuse some. */
async function startBot(): Promise<string> {
  botServer = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (c: Buffer) => chunks.push(c));
    req.on('end', () => {
      const rawBody = Buffer.concat(chunks);
      requests.push({ headers: { ...req.headers }, body: rawBody.toString() });
      refuseEvents -= 1;
      if (refuseEvents >= 0) return void res.writeHead(503).end();
      void receiver.requestListener(Object.assign(req, { rawBody }), res);
    });
  });
  await new Promise<void>((done) => botServer.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(botServer.address() as AddressInfo).port}`;
}

/** A real Bolt app: it checks the signatures that the local Slack makes. */
function startBolt(slackApiUrl: string): void {
  receiver = new HTTPReceiver({ signingSecret: SECRET });
  const bolt = new App({ token: TOKEN, receiver, clientOptions: { slackApiUrl } });
  bolt.command('/countersign', async ({ command, ack }) => {
    seen.push({ kind: 'command', body: { ...command } });
    await ack({ response_type: 'ephemeral', text: `You asked: ${command.text}` });
  });
  bolt.action('approve', async ({ ack, body }: SlackActionMiddlewareArgs) => {
    seen.push({ kind: 'action', body: { ...body } });
    await ack();
  });
  bolt.view('decline', async ({ ack, body }) => {
    seen.push({ kind: 'submission', body: { ...body } });
    await ack(submission as never);
  });
  bolt.event('app_mention', async ({ body }) => void seen.push({ kind: 'event', body: { ...body } }));
}

beforeAll(async () => {
  databaseUrl = await testDatabase();
  workspace = await startWorkspace({
    ...{ port: 0, host: '127.0.0.1', databaseUrl, botUrl: await startBot() },
    slack: { signingSecret: SECRET, botToken: TOKEN, retryDelaysMs: [10, 10, 10], waitMs: CHATS_WAIT_MS },
    teams: { clientSecret: 'a-client-secret-of-this-test' },
  });
  startBolt(workspace.slackApiUrl);
  client = new WebClient(TOKEN, {
    slackApiUrl: workspace.slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
});
afterAll(async () => {
  await workspace.close();
  botServer.close();
});
beforeEach(() => {
  seen.length = 0;
  requests = [];
  submission = undefined;
  refuseEvents = 0;
  workspace.slack.rates.set(false);
  workspace.slack.faults.clear();
});

const card = [
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        text: { type: 'plain_text', text: 'Approve' },
        style: 'primary',
        value: '{"v":1}',
      },
    ],
  },
];
const post = (over: object = {}) =>
  client.chat.postMessage({ channel: CHANNEL, text: 'Sign, please', blocks: card as never, ...over });
const refused = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'it was taken',
    (error: { data?: { error?: string }; message: string }) => error.data?.error ?? error.message,
  );

describe('the Web API', () => {
  it('knows its own token only', async () => {
    const auth = await client.auth.test();
    expect(auth).toMatchObject({ team_id: EXAMPLE.slack.team, user_id: EXAMPLE.slack.botUser });
    const stranger = new WebClient('xoxb-other', { slackApiUrl: workspace.slackApiUrl });
    expect(await refused(stranger.auth.test())).toBe('invalid_auth');
    const bare = await fetch(`${workspace.slackApiUrl}auth.test`, { method: 'POST' });
    expect(await bare.json()).toMatchObject({ ok: false, error: 'not_authed' });
    expect(await refused(client.apiCall('chat.shout', {}))).toBe('unknown_method');
  });

  it('takes JSON as well as forms', async () => {
    const response = await fetch(`${workspace.slackApiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ channel: CHANNEL, text: 'as JSON' }),
    });
    expect(await response.json()).toMatchObject({ ok: true, message: { text: 'as JSON' } });
  });

  const long = 'x'.repeat(40_001);
  const pages = [...Array(9)].map(() => ({
    type: 'section',
    text: { type: 'mrkdwn', text: 'y'.repeat(1500) },
  }));
  it.each<[string, object, string]>([
    ['unknown channel', { channel: 'C404' }, 'channel_not_found'],
    ['nothing to say', { text: '', blocks: [] }, 'no_text'],
    ['a long text', { text: long, blocks: undefined }, 'msg_too_long'],
    ['much text in blocks', { blocks: pages }, 'msg_blocks_too_long'],
    ['a broken block', { blocks: [{ type: 'section' }] }, 'invalid_blocks'],
    ['blocks that are no list', { blocks: '{"a":1}' }, 'invalid_blocks_format'],
    ['metadata without a type', { metadata: { event_payload: {} } }, 'invalid_metadata_schema'],
    ['an unknown thread', { thread_ts: '1.000001' }, 'thread_not_found'],
  ])('refuses %s', async (_what, over, error) => expect(await refused(post(over))).toBe(error));

  it('points at what is wrong in a block', async () => {
    const error = await post({ blocks: [{ type: 'header', text: { type: 'plain_text', text: '' } }] }).catch(
      (e: { data: { response_metadata: { messages: string[] } } }) => e.data.response_metadata.messages,
    );
    expect(error).toEqual(['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]']);
  });

  it('edits its own messages only, and keeps what an edit does not name', async () => {
    const metadata = { event_type: 'countersign_card', event_payload: { copy: 'cpy_1' } };
    const { ts } = await post({ metadata });
    await client.chat.update({ channel: CHANNEL, ts: String(ts), text: 'Signed' });
    const { messages } = await client.conversations.history({
      ...{ channel: CHANNEL, include_all_metadata: true, limit: 1 },
    });
    expect(messages?.[0]).toMatchObject({
      text: 'Signed',
      metadata,
      edited: { user: EXAMPLE.slack.botUser },
    });
    expect(messages?.[0]?.blocks).toHaveLength(1);
    const bare = await client.conversations.history({ channel: CHANNEL, limit: 1 });
    expect(bare.messages?.[0]?.metadata).toBeUndefined();
    const { message } = await workspace.control.asPerson('robin').slackMessage('hello');
    const theirs = { channel: CHANNEL, ts: message.ts, text: 'no' };
    expect(await refused(client.chat.update(theirs))).toBe('cant_update_message');
    expect(await refused(client.chat.delete(theirs))).toBe('cant_delete_message');
    expect(await refused(client.chat.update({ ...theirs, ts: '1.000001' }))).toBe('message_not_found');
    expect(await refused(client.chat.update({ ...theirs, ts: String(ts), text: 'z'.repeat(4001) }))).toBe(
      'msg_too_long',
    );
  });

  it('shows an ephemeral message to one person and never in the history', async () => {
    await client.chat.postEphemeral({ channel: CHANNEL, user: 'U08ADA', text: 'for Ada' });
    const history = await client.conversations.history({ channel: CHANNEL, limit: 50 });
    expect(history.messages?.some((m) => m.text === 'for Ada')).toBe(false);
    expect((await workspace.control.ephemerals('ada')).at(-1)?.text).toBe('for Ada');
    expect((await workspace.control.ephemerals('ben')).some((m) => m.text === 'for Ada')).toBe(false);
    const outside = await client.conversations.open({ users: 'U08BEN' });
    const there = { channel: String(outside.channel?.id), user: 'U08ADA', text: 'x' };
    expect(await refused(client.chat.postEphemeral(there))).toBe('user_not_in_channel');
  });

  it('pages the history with a cursor', async () => {
    for (const text of ['one', 'two', 'three']) await post({ text, blocks: [] });
    const first = await client.conversations.history({ channel: CHANNEL, limit: 2 });
    expect(first).toMatchObject({ has_more: true, messages: [{ text: 'three' }, { text: 'two' }] });
    const cursor = String(first.response_metadata?.next_cursor);
    const second = await client.conversations.history({ channel: CHANNEL, limit: 1, cursor });
    expect(second.messages?.[0]?.text).toBe('one');
  });

  it('limits posting to about one a second and channel, with Retry-After', async () => {
    workspace.slack.rates.set(true);
    const answers = await Promise.all(
      [...Array(20)].map(() =>
        fetch(`${workspace.slackApiUrl}chat.postMessage`, {
          method: 'POST',
          headers: { authorization: `Bearer ${TOKEN}` },
          body: new URLSearchParams({ channel: CHANNEL, text: 'again' }),
        }),
      ),
    );
    const limited = answers.filter((a) => a.status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(2);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await limited[0]?.json()).toEqual({ ok: false, error: 'ratelimited' });
  });

  it('can be told to fail, before or after the effect', async () => {
    const count = async () => (await workspace.control.messages('slack')).length;
    const before = await count();
    workspace.slack.faults.add({ on: 'chat.postMessage', kind: 'drop', times: 1 });
    await expect(post()).rejects.toThrow();
    expect(await count()).toBe(before);
    workspace.slack.faults.add({ on: 'any', kind: 'lost-answer', times: 1 });
    await expect(post()).rejects.toThrow();
    expect(await count()).toBe(before + 1);
    workspace.slack.faults.add({
      on: 'chat.postMessage',
      kind: 'ratelimited',
      retryAfterSeconds: 7,
      times: 1,
    });
    expect(await refused(post())).toContain('rate');
    expect((await post()).ok).toBe(true);
  });
});

describe('people in Slack', () => {
  it('sends a signed slash command and shows the answer to its author alone', async () => {
    const delivery = await workspace.control.asPerson('robin').slackCommand('/countersign help run');
    expect(delivery).toMatchObject({ ok: true, status: 200 });
    expect(seen[0]?.body).toMatchObject({
      ...{ command: '/countersign', text: 'help run', user_id: 'U08ROBIN', channel_id: CHANNEL },
    });
    expect((await workspace.control.ephemerals('robin')).at(-1)?.text).toBe('You asked: help run');
  });

  it('is turned away when the signature or the time is wrong', async () => {
    const { ts } = await post();
    const ada = workspace.control.asPerson('ada');
    const forged = await ada.slackClick(String(ts), 'approve', { tampering: { secret: 'a guess' } });
    expect(forged.status).toBe(401);
    const old = { timestampSeconds: Math.floor(Date.now() / 1000) - 301 };
    expect((await ada.slackClick(String(ts), 'approve', { tampering: old })).status).toBe(401);
    expect(seen).toEqual([]);
  });

  it('clicks with message, metadata, trigger and response_url', async () => {
    const { ts } = await post({ metadata: { event_type: 'card', event_payload: { copy: 'c' } } });
    expect((await workspace.control.asPerson('ada').slackClick(String(ts), 'Approve')).ok).toBe(true);
    const body = seen[0]?.body as Record<string, Record<string, unknown>> & { response_url: string };
    expect(body).toMatchObject({
      ...{ type: 'block_actions', user: { id: 'U08ADA' }, team: { id: EXAMPLE.slack.team } },
      container: { message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
      message: { ts, metadata: { event_payload: { copy: 'c' } } },
      actions: [{ action_id: 'approve', value: '{"v":1}', block_id: 'decide' }],
    });
    const answer = (text: string) =>
      fetch(body.response_url, {
        method: 'POST',
        body: JSON.stringify({ text, response_type: 'ephemeral' }),
      });
    for (const n of [1, 2, 3, 4, 5]) expect((await answer(`answer ${n}`)).status).toBe(200);
    expect((await answer('one too many')).status).toBe(404);
    expect((await workspace.control.ephemerals('ada')).at(-1)?.text).toBe('answer 5');
  });

  it('opens a form once, and hands it in', async () => {
    const { ts } = await post();
    const ada = workspace.control.asPerson('ada');
    await ada.slackClick(String(ts), 'approve');
    const trigger_id = String(seen[0]?.body['trigger_id']);
    await client.views.open({ trigger_id, view: form });
    expect(await refused(client.views.open({ trigger_id, view: form }))).toBe('exchanged_trigger_id');
    const [view] = await ada.slackViews();
    if (!view) throw new Error('no form is open');
    expect((await ada.slackSubmit(view, {})).errors).toEqual({
      reason: 'Please complete this required field.',
    });
    submission = { response_action: 'errors', errors: { reason: 'Say more.' } };
    expect(await ada.slackSubmit(view, { reason: 'no' })).toMatchObject({
      ok: false,
      errors: { reason: 'Say more.' },
    });
    submission = undefined;
    expect((await ada.slackSubmit(view, { words: 'The invoice is not readable.' })).ok).toBe(true);
    const submitted = seen.at(-1)?.body as { view: { state: unknown } };
    expect(submitted.view.state).toEqual({
      values: { reason: { words: { type: 'plain_text_input', value: 'The invoice is not readable.' } } },
    });
    expect(await ada.slackViews()).toEqual([]);
  });

  it('lets a trigger expire when its time is over: three seconds, unless somebody gives it longer', async () => {
    let nowMs = 0;
    const usual = createTriggers('1', { now: () => nowMs });
    const ada = { user: 'U08ADA', view: null };
    const [used, late] = [usual.create(ada), usual.create(ada)];
    nowMs = 3_000;
    expect(usual.take(used)).toMatchObject({ ok: true });
    nowMs = 3_001;
    expect(usual.take(late)).toEqual({ ok: false, error: 'expired_trigger_id' });

    const { ts } = await post();
    await workspace.control.asPerson('ada').slackClick(String(ts), 'approve');
    const trigger_id = String(seen[0]?.body['trigger_id']);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + CHATS_WAIT_MS + 100 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await refused(client.views.open({ trigger_id, view: form }))).toBe('expired_trigger_id');
  });

  it('sends an event again, and says why, until it is answered', async () => {
    refuseEvents = 2;
    const { delivery } = await workspace.control.asPerson('robin').slackMessage('@Countersign runs');
    expect(delivery?.ok).toBe(true);
    expect(requests.map((r) => [r.headers['x-slack-retry-num'], r.headers['x-slack-retry-reason']])).toEqual([
      ...[
        [undefined, undefined],
        ['1', 'http_error'],
        ['2', 'http_error'],
      ],
    ]);
    expect(new Set(requests.map((r) => r.body)).size).toBe(1);
    expect(seen[0]?.body).toMatchObject({ event: { type: 'app_mention', text: '<@U08COUNTERSIGN> runs' } });
  });

  it('does not let anyone act where they are not', async () => {
    const robin = await workspace.control.asPerson('robin').slackDirect();
    const { ts } = await post({ channel: robin });
    await expect(workspace.control.asPerson('ada').slackClick(String(ts), 'approve')).rejects.toThrow(
      'not in',
    );
  });
});

describe('state', () => {
  it('is there again after the next start, the key of the local Teams too', async () => {
    const { ts } = await post({ text: 'kept' });
    const again = await startWorkspace({
      ...{ port: 0, host: '127.0.0.1', databaseUrl, botUrl: 'http://127.0.0.1:9' },
      slack: { signingSecret: SECRET, botToken: TOKEN },
      teams: { clientSecret: 'a-client-secret-of-this-test' },
    });
    const found = (await again.control.messages('slack')).at(-1);
    expect(found).toMatchObject({ ts, text: 'kept', blocks: [{ type: 'actions' }] });
    expect(again.teams.issuer.publicJwk).toEqual(workspace.teams.issuer.publicJwk);
    await again.close();
  });
});

describe('the door', () => {
  it('serves loopback pages only', async () => {
    const { port } = new URL(workspace.url);
    const { request } = await import('node:http');
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((done) =>
        request({ port, host: '127.0.0.1', path: '/slack/api/auth.test', headers }, (r) =>
          done(r.statusCode),
        ).end(),
      );
    expect(await status({ host: 'evil.example' })).toBe(421);
    expect(await status({ host: `127.0.0.1:${port}`, origin: 'https://evil.example' })).toBe(403);
    expect(await status({ host: `127.0.0.1:${port}` })).toBe(200);
  });
});
