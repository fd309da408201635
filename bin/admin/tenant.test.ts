import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../platform/config.ts';
import { testEngines } from '../../test/engines.ts';
import { SECOND_BOT, startTeamsKit } from '../../test/teams-kit.ts';
import { openTestStores, startTestRun, type TestStores } from '../../test/test-stores.ts';
import { openAdmin } from '../../platform/tenants.ts';
import { teamsBot } from './teams-bot.ts';
import { deleteIt, exportIt } from './tenant.ts';

let t: TestStores;
const home = mkdtempSync(join(tmpdir(), 'tenant-'));
const { redisUrl, temporalAddress } = testEngines();

beforeAll(async () => {
  t = await openTestStores();
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await t.close();
});

const config = (more: Record<string, string> = {}) =>
  loadConfig({
    ...{ DATABASE_URL: t.urls.appUrl, DATABASE_DISPATCHER_URL: t.urls.dispatcherUrl, LOG_LEVEL: 'silent' },
    ...{
      COUNTERSIGN_ENCRYPTION_KEY: t.encryptionKey,
      REDIS_URL: redisUrl,
      TEMPORAL_ADDRESS: temporalAddress,
    },
    ...more,
  });

test('an operator registers a bot of the company’s own; a secret that the login service refuses changes nothing', async () => {
  const teams = await startTeamsKit();
  const admin = openAdmin({
    ...{ appUrl: t.urls.appUrl, dispatcherUrl: t.urls.dispatcherUrl, encryptionKey: t.encryptionKey },
  });
  const { clientId: app, tenantId: directory, clientSecret } = SECOND_BOT;
  const elsewhere = config({ TEAMS_REGISTRATIONS: '1', TEAMS_CLOUD: JSON.stringify(teams.api.cloud) });
  const secret = (text: string): string => {
    writeFileSync(join(home, 'secret'), `${text}\n`);
    return join(home, 'secret');
  };
  const say = (act: string, given: object) => teamsBot(admin, t.tenant, { given, act, config: elsewhere });
  const wrong = { app: app.toUpperCase(), directory, secret: secret('its id') };
  await expect(say('add', wrong)).rejects.toThrow(/login_401, AADSTS7000215.*Nothing was changed/s);
  expect(await say('list', {})).toMatch(/no registration/);
  const added = await say('add', { ...wrong, secret: secret(clientSecret) });
  expect(added).toContain('takes the secret');
  expect(added).not.toContain(clientSecret);
  await expect(say('secret', { app, secret: secret('typed wrongly') })).rejects.toThrow(
    /Nothing was changed/,
  );
  expect((await t.stores.registrations.get(t.tenant, app))?.secret).toBe(clientSecret);
  expect(await say('secret', { app, secret: secret(clientSecret) })).toMatch(/within ten seconds/);
  expect(await say('list', {})).toContain(`${app}  public  ${directory}  secret of`);
  expect(await say('end', { app })).toMatch(/erased/);
  await expect(say('secret', { app, secret: secret(clientSecret) })).rejects.toThrow(/no .* in force/);
  await admin.close();
  await teams.close();
});

test('an operator exports and deletes a company on the real engines: its workflow is terminated, and it is gone', async () => {
  const run = await startTestRun(t);
  const temporal = new Client({ connection: await Connection.connect({ address: temporalAddress }) });
  const handle = await temporal.workflow.start('nobody-plays-this', { taskQueue: 'none', workflowId: run });
  expect(await exportIt(config(), t.tenant, join(home, 'out'))).toMatch(/verifies from there/);
  const ask = { right: async () => t.tenant as string, wrong: async () => 'another' };
  await expect(deleteIt(config(), t.tenant, false, ask.right)).rejects.toThrow(/DATABASE_MIGRATOR_URL/);
  const owner = config({ DATABASE_MIGRATOR_URL: t.urls.migratorUrl });
  await expect(deleteIt(owner, t.tenant, false, ask.wrong)).rejects.toThrow(/Nothing was deleted/);
  expect(await t.stores.people.everyone(t.tenant)).toHaveLength(6);
  expect(await deleteIt(owner, t.tenant, false, ask.right)).toMatch(/is deleted/);
  expect((await handle.describe()).status.name).toBe('TERMINATED');
  expect(await t.stores.people.everyone(t.tenant)).toEqual([]);
  expect(await deleteIt(owner, t.tenant, false, ask.right)).toMatch(/was deleted before/);
  await temporal.connection.close();
}, 240_000);
