import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../core/canonical-json.ts';
import type { TenantId } from '../core/ids.ts';
import { createConnectors, type Connectors } from './client.ts';
import type { ConnectorDefinition, ToolGrant } from './definition.ts';

const tenant = 'harbour-mutual' as TenantId;
const act: ToolGrant = { effect: 'reversible', idempotent: true, timeoutMs: 60_000 };
/** No longer than what is slow takes. */
const hasty: ToolGrant = { ...act, timeoutMs: 500 };
const tsx = createRequire(import.meta.url).resolve('tsx');
const moody = (more: Partial<ConnectorDefinition> = {}): ConnectorDefinition => ({
  name: 'moody',
  label: 'Moody',
  tenants: [tenant],
  tools: { act, gone: act },
  connect: (secrets) => ({
    transport: 'stdio',
    command: process.execPath,
    args: ['--import', tsx, join(import.meta.dirname, '../test/mcp/moody-server.ts')],
    env: { MOODY_SECRET: secrets('MOODY') },
  }),
  ...more,
});

const open: Connectors[] = [];
const gate = (definition = moody(), secrets = () => 's3cret'): Connectors => {
  const connectors = createConnectors({ definitions: [definition], secrets });
  open.push(connectors);
  return connectors;
};
let shared: Connectors;
beforeAll(() => {
  shared = gate();
  open.pop();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((c) => c.close()));
});
afterAll(() => shared.close());

const allowed = { moody: ['act', 'gone'] };
const call = (mood: string, more: object = {}) => ({
  tenant,
  allowed,
  connector: 'moody',
  tool: 'act',
  args: { mood },
  ...more,
});

describe('the gate', () => {
  test('passes arguments, key and secret to the server, and nothing is listed that is not granted', async () => {
    const tools = await shared.tools(tenant, { moody: ['act', 'hidden'] });
    expect(tools.map((t) => t.name)).toEqual(['act']);
    expect(tools[0]!.schemaHash).toBe(digestOf(tools[0]!.inputSchema));
    const answer = await shared.call(call('well', { meta: { idempotencyKey: 'k1' } }));
    expect(answer).toMatchObject({ ok: true, structured: { key: 'k1', secret: 's3cret' } });
  });

  test.each([
    [
      'a tool that the connector does not grant',
      { tool: 'hidden', args: {}, allowed: { moody: ['hidden'] } },
    ],
    ['a tool that the agent is not allowed', { allowed: { moody: [] } }],
    ['a tenant that the connector does not serve', { tenant: 'other-house' }],
    ['a connector that is not there', { connector: 'unknown', allowed: { unknown: ['act'] } }],
    ['a tool that the server does not have', { tool: 'gone', args: {} }],
    ['a name from the prototype', { tool: 'constructor', args: {}, allowed: { moody: ['constructor'] } }],
    ['an argument that the schema does not name', { args: { mood: 'well', approved_by: 'the CISO' } }],
    ['an argument off the schema', { args: { mood: 'euphoric' } }],
    ['no arguments', { args: {} }],
  ])('refuses %s', async (_why, more) => {
    expect(await shared.call(call('well', more))).toMatchObject({ ok: false, kind: 'refused' });
  });

  test('tells a refusal, which changed nothing, from a failure, which leaves doubt', async () => {
    expect(await shared.call(call('refuses'))).toMatchObject({
      kind: 'said-no',
      reason: 'The claim is closed.',
    });
    const failed = await shared.call(call('fails'));
    expect(failed).toMatchObject({ kind: 'in-doubt' });
    expect(JSON.stringify(failed)).not.toContain('secret-host');
  });

  test('no answer in time, or a death in the middle, is a doubt; the next call connects again', async () => {
    const impatient = gate(moody({ tools: { act: hasty } }));
    expect(await impatient.call(call('slow'))).toMatchObject({ ok: false, kind: 'in-doubt' });
    const connectors = gate();
    const before = await connectors.call(call('well'));
    expect(await connectors.call(call('dies'))).toMatchObject({ ok: false, kind: 'in-doubt' });
    const after = await connectors.call(call('well'));
    const pidOf = (answer: typeof before) => (answer.ok ? answer.structured?.['pid'] : null);
    expect(pidOf(after)).toEqual(expect.any(Number));
    expect(pidOf(after)).not.toBe(pidOf(before));
  });

  test('a server that cannot be started is away: certainly nothing was done', async () => {
    const nowhere = moody({
      connect: () => ({ transport: 'stdio', command: '/no/such/program', args: [], env: {} }),
    });
    expect(await gate(nowhere).call(call('well'))).toMatchObject({ ok: false, kind: 'away' });
    const secretless = () => {
      throw new Error('no secret');
    };
    expect(await gate(moody(), secretless).call(call('well'))).toMatchObject({ ok: false, kind: 'away' });
  });

  test('after five doubts in a row it is given a rest', async () => {
    const connectors = gate();
    for (let i = 0; i < 5; i += 1) await connectors.call(call('fails'));
    expect(await connectors.call(call('well'))).toMatchObject({ ok: true });
    const doubts = [];
    for (let i = 0; i < 5; i += 1) doubts.push(await connectors.call(call('dies')));
    // Said once, by the answer to the call that was one too many.
    expect(doubts.map((one) => 'opened' in one && one.opened)).toEqual([false, false, false, false, true]);
    const resting = await connectors.call(call('well'));
    expect(resting).toMatchObject({ ok: false, kind: 'away' });
    expect(resting).not.toHaveProperty('opened');
  });
});
