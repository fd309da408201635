import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLE } from '../../local/example/example.ts';
import { createLog } from '../../platform/log.ts';
import { addOtherTenant, APP_TOKEN, clickBody, startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { SlackSocket } from './socket.ts';

/** The real Bolt client on a local Slack that speaks Socket Mode, over real WebSockets. */
let world: BotKit;
beforeAll(async () => {
  world = await startBotKit({ socketMode: true });
});
afterAll(() => world?.close());

const { channel, team, botUser } = EXAMPLE.slack;
const type = (user: string, text: string) =>
  world.slack.client.command(user, channel, `/countersign ${text}`);
const payloadOf = (body: string): string => new URLSearchParams(body).get('payload') ?? '';
const click = (body: string) => world.slack.deliver.form({ payload: payloadOf(body) });
const both = () => expect.poll(() => world.slack.sockets.connected, { timeout: 90_000 }).toBe(2);

test('listens on two connections, and on no request URL', async () => {
  await both();
  expect((await world.post('{}')).status).toBe(404);
});

test('a command, a form and a click do what they do over HTTP, acknowledged after the commit', async () => {
  expect((await type('U08ROBIN', 'whoami')).body).toMatch(/Robin Reyes/);
  expect((await type('U08ROBIN', 'run fraud-review')).body).toBe('');
  const view = (await world.state.slack.openViews('U08ROBIN')).at(-1);
  const before = await world.counts();
  const { delivery } = await world.slack.client.submit('U08ROBIN', view?.id ?? '', {
    'field.claim': 'CLM-0790',
  });
  expect(delivery?.ok).toBe(true);
  expect((await world.counts()).runs).toBe(before.runs + 1);

  const state = await world.ask();
  expect(await click(clickBody(state))).toMatchObject({ ok: true, body: '' });
  // Acknowledged means committed: nothing to wait for.
  expect((await world.approval(state.id)).signatures).toHaveLength(1);
});

test('a list is filled while somebody types, with what they may choose and nothing else', async () => {
  await type('U08ROBIN', 'run fraud-review CLM-0847');
  expect((await type('U08ROBIN', 'trace')).body).toBe('');
  const view = (await world.state.slack.openViews('U08ROBIN')).at(-1);
  const offered = (typed: string) =>
    world.slack.client.suggest('U08ROBIN', view?.id ?? '', 'field.run', typed);
  const found = await offered('CLM-0847');
  if (!found.ok) throw new Error('Slack took no list');
  expect(JSON.stringify(found.options)).toContain('CLM-0847');
  expect(found.options.length).toBeGreaterThan(0);
  expect(await offered('CLM-9999')).toMatchObject({ ok: true, options: [] });
  const before = await world.counts();
  await offered('CLM-0847');
  expect(await world.counts()).toEqual(before);
});

test('an event is acknowledged when it is done, and sent again it does nothing twice', async () => {
  const before = await world.counts();
  const event = {
    ...{ type: 'event_callback', team_id: team, api_app_id: EXAMPLE.slack.appId, event_id: 'Ev08SOCKET' },
    event: { type: 'app_mention', user: 'U08ROBIN', channel, ts: '1700000000.000900', text: `<@${botUser}> run fraud-review CLM-0312` }, // prettier-ignore
  };
  expect((await world.slack.deliver.event(event)).ok).toBe(true);
  expect((await world.counts()).runs).toBe(before.runs + 1);
  expect((await world.slack.deliver.event(event)).ok).toBe(true);
  expect((await world.counts()).runs).toBe(before.runs + 1);
});

describe('connections come and go', () => {
  test('asked to connect anew, it does, and meanwhile the other one listens: no click is lost', async () => {
    await both();
    const states = await Promise.all(Array.from({ length: 12 }, () => world.ask()));
    const refreshing = (async () => {
      for (let i = 0; i < 4; i++) {
        await world.slack.sockets.refresh(20);
        await sleep(30);
      }
    })();
    for (const state of states) {
      const body = clickBody(state);
      // One that was under way when its connection closed is not acknowledged: the person clicks again.
      for (let tries = 0; !(await click(body)).ok && tries < 1_000; tries++) await sleep(50);
    }
    await refreshing;
    for (const { id } of states) expect((await world.approval(id)).signatures).toHaveLength(1);
    await both();
  });

  test('cut off without a word, it comes back, and a click told "not received" counts once when made again', async () => {
    await both();
    const state = await world.ask();
    const body = clickBody(state);
    const first = click(body);
    world.slack.sockets.cut();
    await first;
    await both();
    expect((await click(body)).ok).toBe(true);
    expect((await world.approval(state.id)).signatures).toHaveLength(1);
  });

  test('two bots share the envelopes; each click is decided once', async () => {
    const second = new SlackSocket({ ...edges(), appToken: APP_TOKEN });
    const heard: unknown[] = [];
    second.init({ processEvent: async (event: unknown) => void heard.push(event) } as never);
    await second.start();
    // Any of the four may just be connecting anew.
    await expect.poll(() => [second.listening, world.slack.sockets.connected]).toEqual([2, 4]);
    for (let i = 0; i < 20 && heard.length === 0; i++) await type('U08ROBIN', 'whoami');
    expect(heard.length).toBeGreaterThan(0);
    await second.stop();
    await both();
  });
});

const edges = () => ({
  apiUrl: `${world.slackUrl}/slack/api`,
  log: createLog({ level: 'silent' }),
  count: () => {},
});

describe('attacks', () => {
  test('an app token that Slack refuses, or that is none, does not start', async () => {
    const wrong = new SlackSocket({ ...edges(), appToken: 'xapp-1-somebody-else' });
    await expect(wrong.start()).rejects.toThrow(/Slack refuses SLACK_APP_TOKEN \(invalid_auth\)/);
    expect(() => new SlackSocket({ ...edges(), appToken: 'xoxb-a-bot-token' })).toThrow(/begins with xapp-/);
    expect(() => new SlackSocket({ ...edges(), appToken: '' })).toThrow(/begins with xapp-/);
  });

  test('a socket address is good once, and only with its ticket', async () => {
    const url = world.slack.sockets.open(world.slackUrl);
    const connect = (address: string): Promise<boolean> =>
      new Promise((resolve) => {
        void import('ws').then(({ WebSocket }) => {
          const socket = new WebSocket(address);
          socket.once('message', () => (socket.close(), resolve(true)));
          socket.once('error', () => resolve(false));
        });
      });
    expect(await connect(url)).toBe(true);
    expect(await connect(url)).toBe(false);
    expect(await connect(url.replace(/ticket=[^&]*/, 'ticket=guessed'))).toBe(false);
  });

  test.each([
    'nonsense',
    'null',
    '[]',
    '{"type":"events_api"}',
    '{"type":"events_api","envelope_id":"1","payload":{}}',
    '{"type":"interactive","envelope_id":"2","payload":null}',
    '{"type":"interactive","envelope_id":"3","payload":{"type":"block_actions","actions":[]}}',
    '{"type":"slash_commands","payload":{"command":"/countersign"}}',
    '{"type":"disconnected"}',
    '{"type":"ws_message","payload":"x"}',
  ])('an envelope that is none changes nothing, and the bot goes on: %s', async (text) => {
    await both();
    const before = await world.counts();
    world.slack.sockets.raw(text);
    await sleep(100);
    expect(await world.counts()).toEqual(before);
    expect((await type('U08ROBIN', 'whoami')).body).toMatch(/Robin Reyes/);
  });

  test('the same envelope five times is one decision', async () => {
    const state = await world.ask();
    const body = clickBody(state);
    await Promise.all(Array.from({ length: 5 }, () => click(body)));
    expect((await world.approval(state.id)).signatures).toHaveLength(1);
  });

  test("another company's workspace decides nothing here", async () => {
    await addOtherTenant(world.kit);
    const state = await world.ask();
    await click(clickBody(state, { team: 'T08OTHER' }));
    expect((await world.approval(state.id)).signatures).toHaveLength(0);
  });
});

test('closing lets what is under way be acknowledged', async () => {
  const slow = new SlackSocket({ ...edges(), appToken: APP_TOKEN });
  let begun = false;
  const processEvent = async ({ ack }: { ack: (response?: unknown) => Promise<void> }): Promise<void> => {
    begun = true;
    await sleep(300);
    await ack({ text: 'from the slow one' });
  };
  slow.init({ processEvent } as never);
  await slow.start();
  const answers: ReturnType<typeof type>[] = [];
  while (!begun) {
    answers.push(type('U08ROBIN', 'whoami'));
    await sleep(20);
  }
  await slow.stop();
  const all = await Promise.all(answers);
  expect(all.some(({ ok, body }) => ok && body.includes('from the slow one'))).toBe(true);
  await both();
});
