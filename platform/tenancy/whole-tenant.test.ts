import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantId } from '../../core/ids.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../../test/test-stores.ts';
import { openDatabase, type Database } from '../database.ts';
import type { NewRegistration } from '../installations/registrations.ts';
import { createSealer } from '../seal.ts';
import { openAdmin } from '../tenants.ts';
import { deleteTenant, type Ends } from './delete.ts';
import { exportTenant, whyExportBroken } from './export.ts';
import { columnsOf, tenantTables } from './tables.ts';

let t: TestStores;
const other = 'other-insurer' as TenantId;
let owner: Database;
const home = mkdtempSync(join(tmpdir(), 'tenancy-'));
const ended: string[] = [];
const ends: Ends = {
  checkpoint: async () => void ended.push('checkpoint'),
  workflows: async (ids) => void ended.push(`${ids.length} workflows`),
  jobs: async (rows) => void ended.push(`${rows.length} jobs`),
  installations: async () => void ended.push('installations'),
};

const REGISTRATION: NewRegistration = {
  ...{ app: '5c1d7e90-64a8-4f3b-b1f2-9a0c3d5e7f21', cloud: 'public', secret: 'a very-secret one' },
  directories: ['b7e2c4d6-0f1a-4b8c-9d3e-6a5f4c3b2a10'],
};

beforeAll(async () => {
  t = await openTestStores();
  owner = openDatabase(t.urls.migratorUrl, { max: 2 });
  const opened = await t.stores.approvals.open(
    t.tenant,
    testApproval(await startTestRun(t), t.people.robin.id),
  );
  if (!opened.ok) throw new Error(opened.reason);
  const admin = openAdmin({
    ...{ appUrl: t.urls.appUrl, dispatcherUrl: t.urls.dispatcherUrl, encryptionKey: t.encryptionKey },
  });
  await admin.createTenant({
    ...{ tenant: other, name: 'Other' },
    workspaces: [{ platform: 'slack', workspace: 'T08OTHER', settings: {} }],
  });
  await admin.bootstrapAdmin(other, {
    email: 'olga@other.example',
    name: 'Olga',
    team: 'claims',
    accounts: [],
  });
  await admin.setForward(t.tenant, {
    kind: 'webhook',
    url: 'https://x.example/',
    secret: 'whsec_very-secret',
  });
  await admin.makeInstallLink(t.tenant, { channel: null, hours: 1 });
  await admin.addRegistration(t.tenant, REGISTRATION);
  await admin.close();
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await owner.close();
  await t.close();
});

const exportTo = (name: string, tenant: TenantId = t.tenant) =>
  exportTenant(
    { db: owner, snapshotUrl: t.urls.appUrl, sealer: createSealer(t.encryptionKey) },
    tenant,
    join(home, name),
  );
const tamper = (folder: string, file: string, from: RegExp, to: string): void => {
  const path = join(home, folder, file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
};
const rowsOf = async (tenant: TenantId): Promise<Record<string, number>> => {
  const db = await t.as('superuser');
  const left: Record<string, number> = {};
  for (const table of await owner.inTenant(tenant, tenantTables)) {
    const { rows } = await db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} WHERE tenant = $1`,
      [tenant],
    );
    if (rows[0]?.n) left[table] = rows[0].n;
  }
  return left;
};

test('a bot registration and its Entra tenants are one company’s; its secret lies sealed, and goes when it ends', async () => {
  const { app, secret } = REGISTRATION;
  const admin = openAdmin({
    ...{ appUrl: t.urls.appUrl, dispatcherUrl: t.urls.dispatcherUrl, encryptionKey: t.encryptionKey },
  });
  const { registrations } = t.stores;
  expect(await registrations.apps()).toEqual([{ tenant: t.tenant, app }]);
  expect(await registrations.appOf(t.tenant, REGISTRATION.directories[0] ?? '')).toBe(app);
  expect(await registrations.get(t.tenant, app)).toMatchObject({ secret, cloud: 'public' });
  expect(await registrations.get(other, app)).toBeNull();
  const elsewhere = { ...REGISTRATION, app: '11111111-64a8-4f3b-b1f2-9a0c3d5e7f21' };
  await expect(admin.addRegistration(other, REGISTRATION)).rejects.toThrow(/another company/);
  await expect(admin.addRegistration(other, elsewhere)).rejects.toThrow(/another company/);
  await expect(admin.addRegistration(t.tenant, REGISTRATION)).rejects.toThrow(/already/);
  await expect(admin.addRegistration(t.tenant, elsewhere)).rejects.toThrow(/end that first/);
  const db = await t.as('superuser');
  const sealed = async () =>
    (
      await db.query<{ text: string | null }>(
        `SELECT encode(sealed, 'escape') AS text FROM teams_registrations`,
      )
    ).rows;
  expect((await sealed())[0]?.text).not.toContain('secret');
  expect(await admin.changeRegistrationSecret(t.tenant, app, 'another')).toBe(true);
  expect(await admin.changeRegistrationSecret(other, app, 'another')).toBe(false);
  expect((await registrations.get(t.tenant, app))?.secret).toBe('another');
  expect(await admin.endRegistration(t.tenant, app)).toBe(true);
  expect(await sealed()).toEqual([{ text: null }]);
  expect([await registrations.get(t.tenant, app), await registrations.apps()]).toEqual([null, []]);
  await admin.addRegistration(t.tenant, REGISTRATION);
  expect((await t.stores.ledger.recent(t.tenant, 4)).map(({ kind }) => kind)).toEqual([
    ...['teams.registered', 'teams.ended', 'teams.secret-changed', 'teams.registered'],
  ]);
  await admin.close();
});

test('an export holds every row of the company and of no other, no secret, and verifies by itself', async () => {
  const { manifest } = await exportTo('whole');
  const counted = await rowsOf(t.tenant);
  // What the export itself wrote came after its moment.
  counted['ledger_entries'] = (counted['ledger_entries'] ?? 0) - 1;
  counted['ledger_bodies'] = (counted['ledger_bodies'] ?? 0) - 1;
  const held = Object.fromEntries(
    manifest.tables.filter(({ rows }) => rows > 0).map(({ table, rows }) => [table, rows]),
  );
  expect(held).toEqual(counted);
  expect(manifest.tables.map(({ table }) => table)).toEqual(
    [...(await owner.inTenant(t.tenant, tenantTables))].sort(),
  );
  const files = readdirSync(join(home, 'whole'));
  const all = files.map((file) => readFileSync(join(home, 'whole', file), 'utf8')).join('\n');
  expect(all).toContain('ada.okafor@');
  expect(all).toContain('CLM-0847');
  for (const secret of ['very-secret', 'whsec_', other, 'olga@']) expect(all).not.toContain(secret);
  expect(statSync(join(home, 'whole', 'people.jsonl')).mode & 0o077).toBe(0);
  expect(await whyExportBroken(join(home, 'whole'))).toBeNull();
  expect((await t.stores.ledger.recent(t.tenant, 1))[0]?.kind).toBe('tenant.exported');
});

test('every column of bytes is a secret, unless it is named as none', async () => {
  const shown: string[] = [];
  await owner.inTenant(t.tenant, async (tx) => {
    for (const table of await tenantTables(tx))
      for (const { name, type } of (await columnsOf(tx, table)).shown)
        if (type === 'bytea') shown.push(`${table}.${name}`);
  });
  expect(shown.sort()).toEqual(['ledger_bodies.salt', 'ledger_nodes.hash', 'passkeys.public_key']);
});

test('an export that was changed is found out, by the file or by the ledger in it', async () => {
  await exportTo('changed');
  tamper('changed', 'people.jsonl', /Ada/, 'Eve');
  expect(await whyExportBroken(join(home, 'changed'))).toMatch(/people.jsonl/);
  await exportTo('forged');
  const { createHash } = await import('node:crypto');
  tamper('forged', 'ledger_bodies.jsonl', /"body" ?: ?"\{/, '"body" : "{ ');
  const sha256 = createHash('sha256')
    .update(readFileSync(join(home, 'forged', 'ledger_bodies.jsonl')))
    .digest('hex');
  tamper(
    'forged',
    'manifest.json',
    /("table": "ledger_bodies",\s+"rows": \d+,\s+"sha256": ")[0-9a-f]+/,
    `$1${sha256}`,
  );
  expect(await whyExportBroken(join(home, 'forged'))).toMatch(/ledger is broken at entry 1/);
  await expect(exportTo('changed')).rejects.toThrow();
});

test('a deletion wants an export, and no legal hold', async () => {
  await expect(deleteTenant(owner, other, { withoutExport: false, ends })).rejects.toThrow(/not exported/);
  await owner.inTenant(other, (tx) =>
    tx.rows({
      text: `INSERT INTO legal_holds (tenant, hold, reason) VALUES (current_tenant(), 'h1', 'a suit')`,
    }),
  );
  await expect(deleteTenant(owner, other, { withoutExport: true, ends })).rejects.toThrow(/legal hold/);
  await owner.inTenant(other, (tx) => tx.rows({ text: `UPDATE legal_holds SET lifted_at = now()` }));
  expect(Object.keys(await rowsOf(other)).length).toBeGreaterThan(3);
});

test('the application can delete no company, whatever it is told', async () => {
  const app = openDatabase(t.urls.appUrl, { max: 1 });
  await expect(deleteTenant(app, t.tenant, { withoutExport: true, ends })).rejects.toThrow(
    /permission denied/,
  );
  await app.close();
});

test('a deletion that dies half-way is finished when it is said again; a tombstone stays, others are untouched', async () => {
  const [own, others] = [await rowsOf(t.tenant), await rowsOf(other)];
  ended.length = 0;
  // The process dies after some of the tables.
  let transactions = 0;
  const dying: Database = {
    ...owner,
    inTenant: (tenant, fn) => {
      transactions += 1;
      return transactions > 14 ? Promise.reject(new Error('killed')) : owner.inTenant(tenant, fn);
    },
  };
  await expect(deleteTenant(dying, t.tenant, { withoutExport: false, ends })).rejects.toThrow('killed');
  const half = await rowsOf(t.tenant);
  expect(Object.keys(half).length).toBeLessThan(Object.keys(own).length);
  expect(Object.keys(half).length).toBeGreaterThan(3);
  // Nothing that is recorded can be written any more.
  await expect(startTestRun(t)).rejects.toThrow();

  const done = await deleteTenant(owner, t.tenant, { withoutExport: false, ends });
  expect(await rowsOf(t.tenant)).toEqual({});
  expect(await rowsOf(other)).toEqual(others);
  expect(ended).toEqual(expect.arrayContaining(['checkpoint', 'installations', '4 jobs', '3 workflows']));
  // Counted once, though it was done in two goes.
  expect(done.rows['people']).toBe(own['people']);
  const db = await t.as('superuser');
  const { rows } = await db.query(
    'SELECT size, head, export_digest, done_at FROM tenant_tombstones WHERE tenant = $1',
    [t.tenant],
  );
  expect(rows).toEqual([
    {
      size: String(done.size),
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
      export_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      done_at: expect.any(Date),
    },
  ]);
  expect((await deleteTenant(owner, t.tenant, { withoutExport: true, ends })).before).toBe(true);
});

test('the name of a company that was deleted is never given again', async () => {
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  await expect(admin.createTenant({ tenant: t.tenant, name: 'Again', workspaces: [] })).rejects.toThrow(
    /was deleted/,
  );
  await admin.close();
});
