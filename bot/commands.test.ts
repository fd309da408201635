import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLE } from '../local/example/example.ts';
import { FORM, startBotKit, type BotKit } from '../test/bot-kit.ts';
import { commands } from './commands/index.ts';

let world: BotKit;
beforeAll(async () => {
  world = await startBotKit();
});
afterAll(() => world.close());

const { channel, team, botUser } = EXAMPLE.slack;

/** Types a slash command as this person; what Slack shows them. */
async function type(user: string, text: string): Promise<{ status: number; words: string; kind: string }> {
  const { status, body } = await world.slack.client
    .command(user, channel, `/countersign ${text}`)
    .then((d) => ({ ...d, status: d.status ?? 0 }));
  const answer = (body === '' ? {} : JSON.parse(body)) as { response_type?: string };
  return { status, words: body, kind: answer.response_type ?? '' };
}

const modalOf = async (user: string) => (await world.state.slack.openViews(user)).at(-1);

test('the registry and the folder agree', () => {
  const files = readdirSync(join(import.meta.dirname, 'commands')).filter(
    (name) => name !== 'index.ts' && !name.endsWith('.test.ts'),
  );
  expect(commands.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
});

describe('every verb answers, in the ears of its reader', () => {
  test.each([
    ['help', /run <agent> <input>|run &lt;agent/],
    ['', /whoami/],
    ['whoami', /Robin Reyes/],
    // Where there is no directory to sign in with, the page itself; bot/sign/sign.test.ts has the other way.
    ['passkeys add', /link\/passkey#/],
    ['inbox', /Nothing waits|wait/i],
    ['runs', /run/i],
    ['costs', /costs/i],
    ['verify', /hold/i],
  ])('%s', async (words, expected) => {
    const answer = await type('U08ROBIN', words);
    expect(answer).toMatchObject({ status: 200, kind: 'ephemeral' });
    expect(answer.words).toMatch(expected);
  });

  test('in capitals and with room around it', async () => {
    expect((await type('U08ROBIN', '  WhoAmI  ')).words).toMatch(/Robin Reyes/);
  });
});

describe('run', () => {
  test('records one run with its outbox row, and says so to everyone in the channel', async () => {
    const before = await world.counts();
    const answer = await type('U08ROBIN', 'run fraud-review clm 847');
    expect(answer).toMatchObject({ status: 200, kind: 'in_channel' });
    expect(answer.words).toMatch(/fraud-review on CLM-0847/);
    expect((await world.counts()).runs).toBe(before.runs + 1);
    const superuser = await world.kit.as('superuser');
    const { rows } = await superuser.query(
      `SELECT o.topic, r.origin, r.rehearsal FROM outbox o JOIN runs r ON o.key = r.run ORDER BY o.id DESC LIMIT 1`,
    );
    expect(rows[0]).toEqual({
      topic: 'intake',
      origin: { platform: 'slack', workspace: team, conversation: channel, thread: null },
      rehearsal: true,
    });
  });

  test('attack 6: an event sent four times starts one run and is answered once', async () => {
    const text = `<@${botUser}> run fraud-review CLM-0312`;
    const mine = {
      channel,
      user: 'U08ROBIN',
      text,
      threadTs: null,
      botId: null,
      metadata: null,
      visibleTo: null,
    };
    const { ts } = await world.state.slack.post({ ...mine, blocks: [], attachments: [] });
    const event = {
      ...{ type: 'event_callback', team_id: team, api_app_id: EXAMPLE.slack.appId, event_id: 'Ev08ATTACK6' },
      event: {
        ...{ type: 'app_mention', user: 'U08ROBIN', channel, ts, text },
      },
    };
    const before = await world.counts();
    const body = JSON.stringify(event);
    for (const retry of ['', '1', '2', '3']) {
      const headers: Record<string, string> =
        retry === '' ? {} : { 'x-slack-retry-num': retry, 'x-slack-retry-reason': 'http_timeout' };
      expect((await world.post(body, { headers })).status).toBe(200);
    }
    expect((await world.counts()).runs).toBe(before.runs + 1);
    const said = async () => {
      const page = {
        thread: ts,
        oldest: '0',
        latest: '9999999999',
        inclusive: true,
        limit: 50,
      };
      const messages = await world.state.slack.history({ channel, ...page, seenBy: null });
      return messages.filter(({ botId, text: words }) => botId !== null && words.includes('CLM-0312')).length;
    };
    await expect.poll(said).toBe(1);
  });

  test('the nearest agent is offered', async () => {
    const answer = await type('U08ROBIN', 'run fruad-reveiw CLM-0847');
    expect(answer.words).toMatch(/no agent \\"fruad-reveiw\\"\. Did you mean \\"fraud-review\\"/);
  });

  test('an input that the contract refuses is told why', async () => {
    const before = await world.counts();
    expect((await type('U08ROBIN', 'run fraud-review claim eight')).words).toMatch(
      /expected a claim number such as CLM-0847/,
    );
    expect((await world.counts()).runs).toBe(before.runs);
  });

  test('a missing input opens a form, whose answer starts the run', async () => {
    const before = await world.counts();
    expect((await type('U08ROBIN', 'run fraud-review')).words).toBe('');
    const view = await modalOf('U08ROBIN');
    expect(view).toBeDefined();
    const submitted = await world.slack.client.submit('U08ROBIN', view?.id ?? '', {
      'field.claim': 'CLM-0790',
    });
    expect(submitted.delivery).toMatchObject({ status: 200 });
    expect((await world.counts()).runs).toBe(before.runs + 1);
  });
});

describe('bad words and wrong people', () => {
  test('a wrong verb gets the nearest right one', async () => {
    expect((await type('U08ROBIN', 'whoaim')).words).toMatch(
      /no command \\"whoaim\\"\. Did you mean \\"whoami\\"/,
    );
  });

  test('hostile words are shown, never obeyed', async () => {
    const { words } = await type('U08ROBIN', '<!channel> <http://evil.example|click>');
    const { blocks } = JSON.parse(words) as { blocks: { text?: { type: string } }[] };
    expect(blocks.every(({ text }) => text === undefined || text.type === 'plain_text')).toBe(true);
  });

  test('a stranger is refused, and the ledger says so', async () => {
    const before = await world.counts();
    const answer = await type(EXAMPLE.stranger.slackUser, 'run fraud-review CLM-0847');
    expect(answer).toMatchObject({ status: 200, kind: 'ephemeral' });
    expect(answer.words).toMatch(/not linked to anyone/);
    expect(await world.counts()).toEqual({
      ...before,
      ledger: before.ledger + 1,
      refused: before.refused + 1,
    });
  });

  test('a consumer may not run, nor see costs, and sees only what they may in help', async () => {
    const superuser = await world.kit.as('superuser');
    await superuser.query(`UPDATE people SET roles = '{consumer}' WHERE email LIKE 'ben.%'`);
    for (const words of [
      'run fraud-review CLM-0847',
      'costs',
      'runs',
      'trace run_01JD9Q6Z3M7T5N4X8R2V6B1C0A',
    ])
      expect((await type('U08BEN', words)).words).toMatch(/Your roles do not allow that/);
    const help = (await type('U08BEN', 'help')).words;
    expect(help).toMatch(/whoami/);
    expect(help).not.toMatch(/run fraud|run <agent>|run &lt;agent/);
    await superuser.query(`UPDATE people SET roles = '{approver}' WHERE email LIKE 'ben.%'`);
  });

  test("trace: a run that does not exist, somebody else's, and one flagged to an approver", async () => {
    expect((await type('U08ROBIN', 'trace run_01JD9Q6Z3M7T5N4X8R2V6B1C0A')).words).toMatch(/no such thing/);
    expect((await type('U08ROBIN', 'trace CLM-0847')).words).toMatch(/no such thing/);
    const state = await world.ask();
    expect((await type('U08ADA', `trace ${state.action.run}`)).words).toMatch(/Trace/);
    const { run } = await world.kit.stores.runs.create(world.kit.tenant, {
      agent: (await import('../agents/index.ts')).agents[0]!,
      input: { claim: 'CLM-0001' },
      requester: world.kit.people.robin,
      source: 'slack',
      dedupeKey: null,
      environment: 'production',
      rehearsal: true,
      origin: {},
    });
    expect((await type('U08ADA', `trace ${run}`)).words).toMatch(/Your roles do not allow/);
  });

  test('verify: the whole ledger is not for an approver, their own request is', async () => {
    expect((await type('U08ADA', 'verify')).words).toBe('');
    const state = await world.ask();
    expect((await type('U08ADA', `verify ${state.id}`)).words).toMatch(/hold/i);
    expect((await type('U08ADA', 'verify apr_01JD9Q6Z3M7T5N4X8R2V6B1C0A')).words).toMatch(/no such thing/);
  });
});

test('commands of other apps are none of ours', async () => {
  const body = new URLSearchParams({
    ...{ command: '/weather', text: 'run fraud-review CLM-0847', team_id: team, user_id: 'U08ROBIN' },
    ...{ channel_id: channel, trigger_id: '1.2.3' },
  });
  const before = await world.counts();
  expect(await world.post(body.toString(), { type: FORM })).toEqual({ status: 200, body: '' });
  expect(await world.counts()).toEqual(before);
});

test('health: the process, what it needs, and figures without anything personal', async () => {
  expect(await (await fetch(`${world.url}/healthz`)).json()).toEqual({ ok: true });
  const ready = await fetch(`${world.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { ok: true, away: [] }]);
  expect(ready.headers.get('x-content-type-options')).toBe('nosniff');
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  expect(metrics).toMatch(/countersign_commands_total\{result="card",verb="help"\} \d+/);
  expect(metrics).not.toMatch(/U08|Robin|CLM-/);
});
