import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  clickBody,
  FORM,
  nowSeconds,
  SIGNING_SECRET,
  startBotKit,
  type BotKit,
  type PostOptions,
} from '../../test/bot-kit.ts';
import { sign } from '../../local/workspace/slack-api/sign.ts';
import { SlackReceiver } from './receiver.ts';
import { createLog } from '../../platform/log.ts';

let world: BotKit;
beforeAll(async () => {
  world = await startBotKit();
});
afterAll(() => world.close());

/** Posts a click that would be recorded if it were let in, and shows whether it was. */
async function knock(
  change: PostOptions & { altered?: (body: string) => string },
): Promise<{ status: number; signed: number; ledger: number }> {
  const state = await world.ask();
  const body = clickBody(state);
  const before = await world.counts();
  const timestamp = change.timestamp ?? nowSeconds();
  const signature = change.signature ?? sign(change.secret ?? SIGNING_SECRET, Number(timestamp), body);
  const sent = change.altered ? change.altered(body) : body;
  const { status } = await world.post(sent, { type: FORM, ...change, timestamp, signature });
  const after = await world.counts();
  return {
    status,
    signed: (await world.approval(state.id)).signatures.length,
    ledger: after.ledger - before.ledger,
  };
}

const REFUSED = { status: 401, signed: 0, ledger: 0 };

test('a click that is signed as it should be is recorded', async () => {
  expect(await knock({})).toEqual({ status: 200, signed: 1, ledger: 1 });
});

test('attack 1: one byte of the body changed, old signature', async () => {
  expect(await knock({ altered: (body) => body.replace('U08ADA', 'U08BEN') })).toEqual(REFUSED);
});

describe('attack 2: wrong signatures', () => {
  const signature = (version: string, secret = SIGNING_SECRET): string =>
    sign(secret, nowSeconds(), 'x').replace(/^v0/, version);
  test.each([
    ['wrong secret', { secret: 'another secret' }],
    ['empty secret', { secret: '' }],
    ['v1=', { signature: signature('v1') }],
    ['no version', { signature: 'deadbeef' }],
    ['v0 and no hash', { signature: 'v0=' }],
    ['missing', { signature: '' }],
    ['a list', { signature: `${signature('v0')}, ${signature('v0')}` }],
  ])('%s', async (_name, change) => {
    expect(await knock(change)).toEqual(REFUSED);
  });

  test('an empty secret refuses to start', () => {
    const options = { log: createLog({ level: 'silent' }), count: () => {} };
    expect(() => new SlackReceiver({ ...options, signingSecret: '' })).toThrow(
      /SLACK_SIGNING_SECRET is empty/,
    );
    expect(() => new SlackReceiver({ ...options, signingSecret: '  ' })).toThrow(
      /SLACK_SIGNING_SECRET is empty/,
    );
  });
});

test('attack 3: a timestamp of 301 s ago', async () => {
  expect(await knock({ timestamp: nowSeconds() - 301 })).toEqual(REFUSED);
});

test('attack 4: a timestamp of more than 300 s ahead, validly signed', async () => {
  // It is less far ahead when it comes, by as long as the machine takes.
  expect(await knock({ timestamp: nowSeconds() + 420 })).toEqual(REFUSED);
});

test.each(['', 'soon', '1e9', '-1', ' 1700000000'])('a timestamp that is none: "%s"', async (timestamp) => {
  expect(await knock({ timestamp, signature: `v0=${'0'.repeat(64)}` })).toEqual(REFUSED);
});

test('attack 7: verified on the raw bytes, whatever a parser would make of them', async () => {
  const state = await world.ask();
  // A parser that decodes and encodes again writes + for %20 and lower-case escapes in upper case.
  const body = clickBody(state).replaceAll('%22', '%22').replaceAll('+', '%20').replaceAll('%7B', '%7b');
  const { status } = await world.post(body, { type: FORM });
  expect({ status, signed: (await world.approval(state.id)).signatures.length }).toEqual({
    status: 200,
    signed: 1,
  });
});

describe('signed but malformed: 400, and nothing happens', () => {
  test.each([
    ['no JSON', '{"type":', 'application/json'],
    ['JSON null', 'null', 'application/json'],
    ['a list', '[]', 'application/json'],
    ['a number', '42', 'application/json'],
    ['an empty body', '', 'application/json'],
    ['a form whose payload is no JSON', 'payload=%7Bnope', FORM],
    ['a form without anything', 'hello=world', FORM],
    ['a media type that Slack never sends', '{"type":"event_callback"}', 'text/plain'],
    [
      'an event without an event',
      '{"type":"event_callback","team_id":"T08HARBOUR","event_id":"Ev1"}',
      'application/json',
    ],
    [
      'a click without actions',
      `payload=${encodeURIComponent('{"type":"block_actions","user":{"id":"U08ADA"},"actions":[]}')}`,
      FORM,
    ],
  ])('%s', async (_name, body, type) => {
    const before = await world.counts();
    expect((await world.post(body, { type })).status).toBe(400);
    expect(await world.counts()).toEqual(before);
  });

  test('bytes that are no UTF-8 are not what was signed', async () => {
    const bytes = Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const timestamp = nowSeconds();
    const response = await fetch(`${world.url}/slack/events`, {
      method: 'POST',
      body: bytes,
      headers: {
        'content-type': 'application/json',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': sign(SIGNING_SECRET, timestamp, bytes.toString()),
      },
    });
    expect(response.status).toBe(400);
  });
});

test('a body beyond the limit is refused unread', async () => {
  expect((await world.post('x'.repeat(1_048_577))).status).toBe(413);
});

test('the address answers POST only', async () => {
  expect((await fetch(`${world.url}/slack/events`)).status).toBe(405);
  expect((await fetch(`${world.url}/elsewhere`)).status).toBe(404);
});

test('an unsigned ssl_check gets no special way in', async () => {
  expect((await world.post('ssl_check=1', { type: FORM, signature: '' })).status).toBe(401);
  expect((await world.post('ssl_check=1', { type: FORM })).status).toBe(200);
});
