import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantId } from '../../core/ids.ts';
import { openAdmin } from '../../platform/tenants.ts';
import { FORM, startBotKit, type BotKit } from '../../test/bot-kit.ts';
import { OUR_WORKSPACES, PAYLOADS } from '../../test/slack-payload-table.ts';

const FOLDER = join(import.meta.dirname, '../../test/data/slack-payloads');

let world: BotKit;
let superuser: Awaited<ReturnType<BotKit['kit']['as']>>;
beforeAll(async () => {
  world = await startBotKit();
  superuser = await world.kit.as('superuser');
  const admin = openAdmin({ appUrl: world.kit.urls.appUrl });
  await admin.createTenant({
    tenant: 'payload-house' as TenantId,
    name: 'Payload House',
    workspaces: OUR_WORKSPACES.map((workspace) => ({ platform: 'slack', workspace, settings: {} })),
  });
  await admin.close();
});
afterAll(() => world?.close());

test('the table names every request, and no other', () => {
  expect(Object.keys(PAYLOADS).sort()).toEqual(readdirSync(FOLDER).sort());
  expect(Object.keys(PAYLOADS)).toHaveLength(78);
});

/** Events come as JSON, interactions as a form with one field, commands as they are. */
function wire(file: string): { body: string; type: string } {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  if (file.endsWith('.form')) return { body: text.trim(), type: FORM };
  const { type, event } = JSON.parse(text) as { type?: string; event?: unknown };
  const plain =
    event !== undefined || type === 'url_verification' || type === undefined || MALFORMED.has(type);
  if (plain) return { body: text, type: 'application/json' };
  return { body: new URLSearchParams({ payload: text }).toString(), type: FORM };
}
const MALFORMED = new Set(['nonsense', 'modal', 'message', 'app_home_opened']);

/** Those that cause no call to Slack come first: a late call of another would be taken for theirs. */
const QUIET_FIRST = Object.entries(PAYLOADS).toSorted(
  ([, one], [, other]) => Number(other.quiet ?? false) - Number(one.quiet ?? false),
);

test.each(QUIET_FIRST)('%s', async (file, expected) => {
  // Some of them share their ids with one another; each is looked at on its own.
  await superuser.query('DELETE FROM seen_requests');
  const { body, type } = wire(file);
  const before = await world.counts();
  const calls = world.calls.length;
  const answer = await world.post(body, { type });
  expect(answer.status).toBe(expected.status);
  const refused = expected.refused ?? 0;
  expect(await world.counts()).toEqual({
    ...before,
    ledger: before.ledger + refused,
    refused: before.refused + refused,
  });
  if (expected.challenge) {
    const { challenge } = JSON.parse(body) as { challenge: string };
    expect(JSON.parse(answer.body)).toEqual({ challenge });
  } else if (expected.told === 'response') {
    expect(JSON.parse(answer.body)).toMatchObject({
      response_action: 'update',
      view: { title: { text: 'Not done' } },
    });
  } else expect(answer.body).toBe('');
  if (expected.told === 'ephemeral')
    await expect.poll(() => world.calls.slice(calls)).toContain('chat.postMessage');
  if (expected.quiet) expect(world.calls.length).toBe(calls);
});

/** Sent unsigned, each is refused before it is even read. */
test.each(Object.keys(PAYLOADS))('unsigned: %s', async (file) => {
  const { body, type } = wire(file);
  const before = await world.counts();
  expect((await world.post(body, { type, signature: '' })).status).toBe(401);
  expect(await world.counts()).toEqual(before);
});
