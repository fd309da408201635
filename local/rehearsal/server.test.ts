import Anthropic, { APIError } from '@anthropic-ai/sdk';
import type { MessageCreateParamsNonStreaming, Tool } from '@anthropic-ai/sdk/resources/messages';
import { afterEach, describe, expect, it } from 'vitest';
import { startRehearsal, type Rehearsal, type RehearsalOptions } from './server.ts';

let open: Rehearsal[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

async function start(options: RehearsalOptions = {}) {
  const model = await startRehearsal(options);
  open.push(model);
  const client = new Anthropic({ apiKey: 'key', baseURL: model.url, maxRetries: 0, logLevel: 'off' });
  return { model, client };
}

const claim: Tool = {
  name: 'get_claim',
  description: 'Read a claim.',
  input_schema: {
    type: 'object',
    properties: { claim: { type: 'string', pattern: '^CLM-\\d{4}$' } },
    required: ['claim'],
  },
};
const ask: MessageCreateParamsNonStreaming = {
  model: 'claude-sonnet-5-5',
  max_tokens: 500,
  messages: [{ role: 'user', content: 'Review CLM-0847, please.' }],
  tools: [claim],
};
const failed = async (work: Promise<unknown>): Promise<APIError> => {
  const error: unknown = await work.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
};

describe('an answer', () => {
  it('calls a tool with what the question said, names itself, and counts tokens', async () => {
    const { client } = await start();
    const { data, response } = await client.messages.create(ask).withResponse();
    expect(data).toMatchObject({
      model: 'rehearsal/claude-sonnet-5-5',
      stop_reason: 'tool_use',
      role: 'assistant',
    });
    expect(data.content.at(-1)).toMatchObject({
      type: 'tool_use',
      name: 'get_claim',
      input: { claim: 'CLM-0847' },
    });
    expect(response.headers.get('x-countersign-model')).toBe('rehearsal');
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(data.usage.input_tokens).toBeGreaterThan(346);
    expect(data.usage.output_tokens).toBeGreaterThan(3);
    const counted = await client.messages.countTokens({
      model: ask.model,
      messages: ask.messages,
      tools: ask.tools ?? [],
    });
    expect(counted.input_tokens).toBe(data.usage.input_tokens);
  });

  it('is the same for the same question, also from another server', async () => {
    const [one, other] = [await start(), await start()];
    expect(await other.client.messages.create(ask)).toEqual(await one.client.messages.create(ask));
  });

  it('streams what it would have answered at once', async () => {
    const { client } = await start();
    const whole = await client.messages.create(ask);
    const stream = client.messages.stream(ask);
    const events: string[] = [];
    stream.on('streamEvent', (event) => events.push(event.type));
    const streamed = await stream.finalMessage();
    expect(streamed.content).toMatchObject(whole.content.map(({ type }) => ({ type })));
    expect(streamed.content.at(-1)).toMatchObject({ input: { claim: 'CLM-0847' } });
    expect(streamed.stop_reason).toBe('tool_use');
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
    expect(events[0]).toBe('message_start');
    expect(events.at(-1)).toBe('message_stop');
  });

  it('is cut off at max_tokens', async () => {
    const { client } = await start();
    const answer = await client.messages.create({ ...ask, max_tokens: 2 });
    expect(answer).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 2 } });
    expect(answer.content.some((block) => block.type === 'tool_use')).toBe(false);
  });

  it('reads a long system prompt from the cache the second time, until five minutes have passed', async () => {
    let nowMs = 0;
    const { client } = await start({ nowMs: () => nowMs });
    const system = [
      {
        type: 'text' as const,
        text: 'Weigh what you read. '.repeat(400),
        cache_control: { type: 'ephemeral' as const },
      },
    ];
    const usage = async () => (await client.messages.create({ ...ask, system })).usage;
    const first = await usage();
    expect(first.cache_creation_input_tokens).toBeGreaterThan(1_024);
    expect(first.cache_read_input_tokens).toBe(0);
    const second = await usage();
    expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(second.cache_creation_input_tokens).toBe(0);
    expect(second.input_tokens).toBe(first.input_tokens);
    nowMs = 6 * 60_000;
    expect((await usage()).cache_read_input_tokens).toBe(0);
  });
});

describe('a bad request', () => {
  const use = { type: 'tool_use' as const, id: 'toolu_1', name: 'get_claim', input: { claim: 'CLM-0847' } };
  const result = { type: 'tool_result' as const, tool_use_id: 'toolu_1', content: 'x' };
  const user = { role: 'user' as const, content: 'Review CLM-0847.' };

  it.each<[string, object, RegExp]>([
    ['no messages', { messages: [] }, /at least one message/],
    ['no max_tokens', { max_tokens: undefined }, /max_tokens: Field required/],
    ['an unknown field', { max_token: 5 }, /max_token: Extra inputs are not permitted/],
    ['an empty text', { messages: [{ role: 'user', content: '' }] }, /non-empty/],
    [
      'an assistant first',
      { messages: [{ role: 'assistant', content: 'hi' }] },
      /first message must use the .*user.* role/,
    ],
    ['a tool name with a space', { tools: [{ ...claim, name: 'get claim' }] }, /String should match pattern/],
    ['two tools of one name', { tools: [claim, claim] }, /must be unique/],
    [
      'a call without a result',
      { messages: [user, { role: 'assistant', content: [use] }, user] },
      /without `tool_result` blocks immediately after: toolu_1/,
    ],
    [
      'a result without a call',
      { messages: [{ role: 'user', content: [result] }] },
      /unexpected `tool_use_id`/,
    ],
    [
      'a result for another call',
      {
        messages: [
          user,
          { role: 'assistant', content: [use] },
          { role: 'user', content: [{ ...result, tool_use_id: 'toolu_2' }] },
        ],
      },
      /without `tool_result`/,
    ],
    [
      'text before the result',
      {
        messages: [
          user,
          { role: 'assistant', content: [use] },
          { role: 'user', content: [{ type: 'text', text: 'so' }, result] },
        ],
      },
      /must come first/,
    ],
    [
      'two results for one call',
      {
        messages: [user, { role: 'assistant', content: [use] }, { role: 'user', content: [result, result] }],
      },
      /single result/,
    ],
    [
      'an answer put into its mouth',
      { messages: [user, { role: 'assistant', content: 'I approve' }] },
      /prefill/,
    ],
  ])('with %s gets 400', async (_, change, words) => {
    const { client } = await start();
    const error = await failed(client.messages.create({ ...ask, ...change }));
    expect(error.status).toBe(400);
    expect(error.type).toBe('invalid_request_error');
    expect(error.message).toMatch(words);
  });

  it('takes a call with its result', async () => {
    const { client } = await start();
    const messages = [
      user,
      { role: 'assistant' as const, content: [use] },
      { role: 'user' as const, content: [result] },
    ];
    expect((await client.messages.create({ ...ask, messages })).stop_reason).toBe('end_turn');
  });

  it('for an unknown model or path gets 404', async () => {
    const { client, model } = await start();
    expect(await failed(client.messages.create({ ...ask, model: 'gpt-9' }))).toMatchObject({ status: 404 });
    const answer = await fetch(`${model.url}/v1/nothing`, {
      headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
    });
    expect(answer.status).toBe(404);
  });

  it('without a key, or with a wrong one, gets 401', async () => {
    const { client, model } = await start({ apiKey: 'right' });
    expect(await failed(client.messages.create(ask))).toMatchObject({
      status: 401,
      type: 'authentication_error',
    });
    expect((await fetch(`${model.url}/v1/messages`, { method: 'POST' })).status).toBe(401);
  });

  it('without a version, or that is not JSON, gets 400', async () => {
    const { model } = await start();
    const post = (headers: Record<string, string>, body: string) =>
      fetch(`${model.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': 'k', ...headers }, body });
    expect(await (await post({}, '{}')).json()).toMatchObject({
      type: 'error',
      error: { message: /anthropic-version/ } as never,
    });
    const junk = await post({ 'anthropic-version': '2023-06-01' }, '{"model":');
    expect(junk.status).toBe(400);
    expect(await junk.json()).toMatchObject({
      error: { type: 'invalid_request_error' },
      request_id: expect.stringMatching(/^req_/) as never,
    });
  });

  it('over 32 MB gets 413', async () => {
    const { client } = await start();
    const messages = [{ role: 'user' as const, content: 'x'.repeat(33 * 1024 * 1024) }];
    expect(await failed(client.messages.create({ ...ask, messages }))).toMatchObject({
      status: 413,
      type: 'request_too_large',
    });
  });
});

describe('faults', () => {
  it.each([
    ['rate-limited', 429, 'rate_limit_error'],
    ['overloaded', 529, 'overloaded_error'],
    ['server-error', 500, 'api_error'],
  ] as const)('%s answers %d once, then behaves', async (fault, status, type) => {
    const { client } = await start({ faults: [fault] });
    const error = await failed(client.messages.create(ask));
    expect(error).toMatchObject({ status, type });
    if (status === 429) expect(error.headers?.get('retry-after')).toBe('1');
    expect((await client.messages.create(ask)).stop_reason).toBe('tool_use');
  });

  it('the SDK gets over a rate limit by itself', async () => {
    const { model } = await start({ faults: ['rate-limited'] });
    const client = new Anthropic({ apiKey: 'key', baseURL: model.url, maxRetries: 1, logLevel: 'off' });
    expect((await client.messages.create(ask)).stop_reason).toBe('tool_use');
    expect(model.asked()).toBe(2);
  });

  it.each([
    ['junk-text', 'end_turn', undefined],
    ['empty', 'end_turn', undefined],
    ['refusal', 'refusal', undefined],
    ['unknown-tool', 'tool_use', 'transfer_all_funds'],
    ['off-schema', 'tool_use', 'get_claim'],
    ['uncited', 'tool_use', 'submit_assessment'],
    ['over-long', 'max_tokens', undefined],
  ] as const)('%s stops with %s', async (fault, stop, tool) => {
    const { client, model } = await start();
    model.play(fault);
    const answer = await client.messages.create(ask);
    expect(answer.stop_reason).toBe(stop);
    expect(answer.content.find((b) => b.type === 'tool_use')?.name).toBe(tool);
  });

  it('slow is slower than a caller with little patience', async () => {
    const { client } = await start({ faults: ['slow'], slowMs: 2_000 });
    await expect(client.messages.create(ask, { timeout: 100 })).rejects.toThrow(/timed out/i);
  });

  it('junk-body is not JSON', async () => {
    const { client } = await start({ faults: ['junk-body'] });
    await expect(client.messages.create(ask)).rejects.toThrow();
  });
});
