import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../platform/config.ts';
import { testEngines } from '../../test/engines.ts';
import { openTestStores, startTestRun, type TestStores } from '../../test/test-stores.ts';
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
}, 60_000);
