import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXAMPLE, EXAMPLE_POLICY } from '../../local/example/example.ts';
import { createLog } from '../../platform/log.ts';
import { openStores, type OpenStores } from '../../platform/open-store.ts';
import { migratedDatabase } from '../../test/engines.ts';
import { prepareExample } from './example.ts';

/** The example company over several starts of one home, on the real Postgres. */
const { tenant } = EXAMPLE;
let stores: OpenStores;
let start: () => Promise<void>;

beforeAll(async () => {
  const database = await migratedDatabase();
  const log = createLog({ level: 'silent' });
  stores = await openStores({ ...database, encryptionKey: randomBytes(32).toString('base64'), log });
  start = () => prepareExample({ appUrl: database.appUrl, stores }, 'http://127.0.0.1:1/teams');
});
afterAll(() => stores?.close());

test('two Admins can sign for each other, and a grant may sign what can be undone, nothing else', async () => {
  await start();
  const everyone = await stores.people.everyone(tenant);
  const admins = everyone.filter(({ roles }) => roles.includes('admin'));
  expect(admins.map(({ name }) => name).sort()).toEqual(['Ines Vogel', 'Jonas Weber']);
  const rules = (await stores.approvals.policy(tenant))?.rules ?? [];
  expect(rules.map(({ when, require }) => [when.effect, require.grants])).toEqual([
    ['irreversible', false],
    ['reversible', true],
  ]);
});

test('a policy that people changed stays in force over the next start', async () => {
  const [rule] = EXAMPLE_POLICY.rules;
  if (!rule) throw new Error('the example has no rule');
  const version = EXAMPLE_POLICY.version + 1;
  await stores.approvals.putPolicy(tenant, { ...EXAMPLE_POLICY, version, rules: [rule] });
  await start();
  expect(await stores.approvals.policy(tenant)).toMatchObject({ version, rules: [rule] });
});
