import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRehearsal, type Rehearsal } from '../../local/rehearsal/server.ts';
import { createAnthropicModels } from './anthropic.ts';
import type { ModelRequest } from './models.ts';

/** Nobody waits for it. */
const SLOW_MS = 30_000;
let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal({ slowMs: SLOW_MS });
});
afterAll(() => rehearsal.close());

const request: ModelRequest = {
  model: 'claude-sonnet-5-5',
  system: 'You review claims.',
  messages: [{ role: 'user', content: 'CLM-0847' }],
  tools: [],
  maxTokens: 200,
  timeoutMs: 60_000,
};
const models = () => createAnthropicModels({ apiKey: 'rehearsal', baseUrl: rehearsal.url });

async function withEndpoint<T>(status: number, body: string, work: (url: string) => Promise<T>): Promise<T> {
  const server: Server = createServer((_req, res) => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('asking a model', () => {
  test('an answer comes with its tokens and price', async () => {
    const reply = await models().ask(request);
    expect(reply).toMatchObject({ ok: true });
    if (reply.ok) expect(reply.costMicros).toBeGreaterThan(0);
  });

  test.each([
    ['slow', 'timeout'],
    ['rate-limited', 'busy'],
    ['overloaded', 'busy'],
    ['server-error', 'away'],
    ['junk-body', 'junk'],
  ] as const)('%s is %s', async (fault, kind) => {
    rehearsal.play(fault);
    const before = rehearsal.asked();
    const timeoutMs = fault === 'slow' ? 500 : request.timeoutMs;
    expect(await models().ask({ ...request, timeoutMs })).toMatchObject({ ok: false, kind });
    // The fallback is asked next, not the same model again.
    expect(rehearsal.asked() - before).toBe(1);
  });

  test('a wrong request or key is final', async () => {
    await withEndpoint(
      401,
      '{"type":"error","error":{"type":"authentication_error","message":"sk-ant-secret"}}',
      async (baseUrl) => {
        const reply = await createAnthropicModels({ apiKey: 'x', baseUrl }).ask(request);
        expect(reply).toMatchObject({ ok: false, kind: 'refused' });
        expect(JSON.stringify(reply)).not.toContain('sk-ant-secret');
      },
    );
  });

  test.each(['{}', '[]', 'null', '{"content":"hello","usage":{}}', '<html>'])(
    'junk is junk: %s',
    async (body) => {
      await withEndpoint(200, body, async (baseUrl) => {
        expect(await createAnthropicModels({ apiKey: 'x', baseUrl }).ask(request)).toMatchObject({
          ok: false,
          kind: 'junk',
        });
      });
    },
  );

  test('after five failures in a row the model rests, and nothing is sent', async () => {
    const resting = models();
    const before = rehearsal.asked();
    rehearsal.play(...Array.from({ length: 5 }, () => 'server-error' as const));
    const opened = [];
    for (let i = 0; i < 5; i += 1) opened.push((await resting.ask(request)) as { opened?: true });
    expect(opened.map((reply) => reply.opened ?? false)).toEqual([false, false, false, false, true]);
    expect(await resting.ask(request)).toMatchObject({ ok: false, kind: 'resting' });
    expect(rehearsal.asked() - before).toBe(5);
    expect(await resting.ask({ ...request, model: 'claude-haiku-5-5' })).toMatchObject({ ok: true });
  });

  test('nobody there', async () => {
    const gone = createAnthropicModels({ apiKey: 'x', baseUrl: 'http://127.0.0.1:9' });
    expect(await gone.ask(request)).toMatchObject({ ok: false, kind: 'away' });
  });
});
