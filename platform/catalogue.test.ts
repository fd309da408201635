import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from 'pg';
import type { ApprovalId, TenantId } from '../core/ids.ts';
import { EXAMPLE } from '../local/example/example.ts';
import { CROSSINGS, findCatalogueFaults, READ_ACROSS, readableAcross } from '../test/catalogue.ts';
import { openTestStores, startTestRun, testApproval, type TestStores } from '../test/test-stores.ts';
import { openAdmin } from './tenants.ts';

let t: TestStores;
let approval: ApprovalId;
const OTHER = 'other-insurer' as TenantId;

beforeAll(async () => {
  t = await openTestStores();
  const run = await startTestRun(t);
  const opened = await t.stores.approvals.open(t.tenant, testApproval(run, t.people.robin.id));
  if (!opened.ok) throw new Error(opened.reason);
  approval = opened.approval;
  const admin = openAdmin({ appUrl: t.urls.appUrl });
  await admin.createTenant({ tenant: OTHER, name: 'Other', workspaces: [] });
  await admin.close();
});
afterAll(() => t.close());

const LEDGER = ['ledger_heads', 'ledger_entries', 'ledger_bodies'];

async function inTenant<T>(client: Client, tenant: string, fn: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  await client.query(`SELECT set_config('app.tenant', $1, true)`, [tenant]);
  return fn().finally(() => client.query('ROLLBACK'));
}

describe('the catalogue', () => {
  test('every table, key, policy, view and function keeps tenants apart', async () => {
    const db = await t.as('superuser');
    expect(await findCatalogueFaults(db)).toEqual([]);
    const { rows } = await db.query(`SELECT FROM pg_policy WHERE polname = 'tenant_only'`);
    expect(rows.length).toBeGreaterThan(40);
  });

  /** What a migration could bring, and what is said of it; `T` stands for a table that is as it should be. */
  const T = `CREATE TABLE a_new (tenant text NOT NULL REFERENCES tenants, id text NOT NULL, PRIMARY KEY (tenant, id));
    ALTER TABLE a_new ENABLE ROW LEVEL SECURITY; ALTER TABLE a_new FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant_only ON a_new USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());`;
  const bound = 'no policy binds every role to its tenant, by USING and by WITH CHECK';
  const owner = 'runs with the rights of its owner';
  const careless: readonly (readonly [sql: string, ...faults: string[]])[] = [
    [T],
    [`${T} ALTER TABLE a_new DISABLE ROW LEVEL SECURITY`, 'table a_new: row-level security is not enabled'],
    [`${T} ALTER TABLE a_new NO FORCE ROW LEVEL SECURITY`, 'table a_new: row-level security is not forced'],
    [`${T} DROP POLICY tenant_only ON a_new`, `table a_new: ${bound}`],
    [
      `${T} DROP POLICY tenant_only ON a_new; CREATE POLICY tenant_only ON a_new USING (tenant = current_tenant())`,
      `table a_new: ${bound}`,
    ],
    [
      `${T} CREATE POLICY generous ON a_new FOR SELECT USING (true)`,
      'policy a_new.generous: lets more be seen than one tenant, and is no named crossing',
    ],
    [
      `${T} ALTER TABLE a_new DROP CONSTRAINT a_new_pkey; ALTER TABLE a_new ADD PRIMARY KEY (id, tenant)`,
      'table a_new: the primary key does not begin with the tenant',
      'table a_new: the unique key a_new_pkey does not begin with the tenant',
    ],
    [
      `${T} CREATE UNIQUE INDEX of_all ON a_new (lower(id))`,
      'table a_new: the unique key of_all does not begin with the tenant',
    ],
    [
      `${T} ALTER TABLE a_new ADD UNIQUE (id), ADD COLUMN parent text, ADD CONSTRAINT up FOREIGN KEY (parent) REFERENCES a_new (id)`,
      'table a_new: the foreign key up does not point from tenant to tenant',
      'table a_new: the unique key a_new_id_key does not begin with the tenant',
    ],
    [`CREATE VIEW a_view AS SELECT tenant, person FROM people`, `view a_view: ${owner}`],
    [`CREATE VIEW a_view WITH (security_invoker = true) AS SELECT tenant, person FROM people`],
    [`CREATE MATERIALIZED VIEW a_view AS SELECT tenant FROM people`, `view a_view: ${owner}`],
    [
      `CREATE FUNCTION a_door() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`,
      'function a_door: does not fix its search path',
      `function a_door: ${owner}, and is none that is named`,
    ],
  ];
  test('a migration that does not is found, and by what is wrong with it', async () => {
    const db = await t.as('migrator');
    for (const [sql, ...faults] of careless) {
      await db.query('BEGIN');
      await db.query(sql);
      expect({ sql, faults: await findCatalogueFaults(db) }).toEqual({ sql, faults });
      await db.query('ROLLBACK');
    }
  });

  test('attack 57: unique keys begin with the tenant, so that none tells of another tenant', async () => {
    const db = await t.as('superuser');
    const faults = await findCatalogueFaults(db);
    expect(faults.filter((fault) => fault.includes('key'))).toEqual([]);
  });

  test('the crossings of tenants are those that are named, and show ids, times and counts alone', async () => {
    const db = await t.as('superuser');
    const { rows } = await db.query<{ name: string }>(
      `SELECT format('%s.%s', c.relname, p.polname) AS name FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
       WHERE p.polroles <> '{0}'`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual([...CROSSINGS]);
    expect(await readableAcross(db)).toEqual(READ_ACROSS);
  });

  test('the roles own nothing and can bypass nothing', async () => {
    const db = await t.as('superuser');
    const { rows } = await db.query(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'countersign_%'
       AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)`,
    );
    expect(rows).toEqual([]);
    const owned = await db.query(
      `SELECT c.relname FROM pg_class c WHERE pg_get_userbyid(c.relowner) IN ('countersign_app', 'countersign_dispatcher')`,
    );
    expect(owned.rows).toEqual([]);
    const { rows: member } = await db.query(
      `SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE 'countersign_%'`,
    );
    expect(member).toEqual([]);
  });

  test('attack 58: no view, and no function but ours, runs with rights above the caller', async () => {
    const faults = await findCatalogueFaults(await t.as('superuser'));
    expect(faults.filter((fault) => /^(view|function) /.test(fault))).toEqual([]);
  });

  test('the application can change no ledger row and delete nothing at all', async () => {
    const db = await t.as('superuser');
    const { rows } = await db.query(
      `SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants
       WHERE grantee IN ('countersign_app', 'countersign_dispatcher', 'PUBLIC') AND table_schema = 'public'
       AND (privilege_type IN ('DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES')
            OR privilege_type = 'UPDATE' AND table_name = ANY($1)) ORDER BY table_name`,
      [LEDGER],
    );
    // What was delivered, and keys of requests: after a week, by row-level security (0005), and by the dispatcher alone.
    const forgets = { grantee: 'countersign_dispatcher', privilege_type: 'DELETE' };
    expect(rows).toEqual(['outbox', 'seen_requests'].map((table_name) => ({ ...forgets, table_name })));
    const columns = await db.query(
      `SELECT 1 FROM information_schema.column_privileges WHERE grantee LIKE 'countersign_%' AND grantee <> 'countersign_migrator'
       AND privilege_type = 'UPDATE' AND table_name = ANY($1)`,
      [LEDGER],
    );
    expect(columns.rows).toEqual([]);
  });
});

describe('attack 55: the application role against the ledger', () => {
  const attempts = [
    `UPDATE ledger_entries SET kind = 'x'`,
    `UPDATE ledger_heads SET size = 0`,
    `UPDATE ledger_bodies SET body = '{}'`,
    `DELETE FROM ledger_entries`,
    `DELETE FROM ledger_bodies`,
    `TRUNCATE ledger_entries CASCADE`,
    `TRUNCATE ledger_heads`,
    `INSERT INTO ledger_entries SELECT * FROM ledger_entries`,
    `INSERT INTO ledger_bodies SELECT * FROM ledger_bodies`,
    `INSERT INTO ledger_heads (tenant, size, head) VALUES ('${EXAMPLE.tenant}', 0, 'x')`,
    `INSERT INTO ledger_entries SELECT * FROM ledger_entries ON CONFLICT (tenant, seq, created_at) DO UPDATE SET kind = 'x'`,
    `MERGE INTO ledger_entries e USING (SELECT 1 AS seq) s ON e.seq = s.seq WHEN MATCHED THEN DELETE`,
    `ALTER TABLE ledger_entries DISABLE TRIGGER ALL`,
    `ALTER TABLE ledger_entries DISABLE ROW LEVEL SECURITY`,
    `SET session_replication_role = replica`,
    `SET ROLE countersign_migrator`,
    `COPY ledger_entries TO PROGRAM 'cat'`,
    `COPY ledger_entries FROM '/etc/passwd'`,
    `DROP TABLE ledger_bodies`,
    `CREATE TABLE mine (a int)`,
    `CREATE TEMP TABLE ledger_heads (a int)`,
    `CREATE OR REPLACE FUNCTION current_tenant() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$`,
    `SELECT currval(pg_get_serial_sequence('outbox', 'id'))`,
    `SELECT * FROM schema_migrations`,
  ];
  test.each(attempts)('%s', async (sql) => {
    const app = await t.as('app');
    await inTenant(app, EXAMPLE.tenant, () =>
      expect(app.query(sql)).rejects.toThrow(/permission denied|must be owner|not permitted|violates/),
    );
  });

  test('an entry that lies about itself is refused by the database, whoever wrote its texts', async () => {
    const app = await t.as('app');
    const honest = {
      start: '{"actor":"countersign","at":"',
      middle: `","body":"${'b'.repeat(64)}","kind":"refused","prev":"`,
      seq: '","seq":',
      end: `,"subject":"s","tenant":"${EXAMPLE.tenant}","v":1}`,
    };
    const attempt = (parts: typeof honest, kind = 'refused') =>
      inTenant(app, EXAMPLE.tenant, () =>
        app.query(
          `SELECT append_ledger(ARRAY[$1], ARRAY[$2], ARRAY[$3], ARRAY[$4], ARRAY[$5], ARRAY['s'], ARRAY[NULL]::text[],
            ARRAY['\\x00'::bytea], ARRAY['{}'], ARRAY[NULL]::text[])`,
          [parts.start, parts.middle, parts.seq, parts.end, kind],
        ),
      );
    await attempt(honest);
    const lies: [typeof honest, string?][] = [
      [honest, 'approval.signed'],
      [{ ...honest, end: honest.end.replace(EXAMPLE.tenant, OTHER) }],
      [{ ...honest, seq: '","seq":1,"x":' }],
      [{ ...honest, end: `${honest.end.slice(0, -1)},"seq":1}` }],
      [{ ...honest, end: `${honest.end.slice(0, -1)},"prev":"${'0'.repeat(64)}"}` }],
      [{ ...honest, end: `${honest.end.slice(0, -1)},"at":"1999-01-01T00:00:00.000Z"}` }],
    ];
    for (const [parts, kind] of lies)
      await expect(attempt(parts, kind)).rejects.toMatchObject({ code: 'CSL01' });
    const other = await t.as('app');
    await expect(
      other.query(`SELECT append_ledger('{}','{}','{}','{}','{}','{}','{}','{}','{}','{}')`),
    ).rejects.toMatchObject({ code: 'CSL02' });
  });
});

describe('attack 56: no tenant, an old one, an empty one, SQL in one', () => {
  const tables = [
    'tenants',
    'people',
    'approvals',
    'runs',
    'ledger_entries',
    'ledger_heads',
    'outbox',
    'payloads',
    'card_copies',
  ];
  test('shows no rows and takes none', async () => {
    const app = await t.as('app');
    for (const tenant of ['', ' ', '*', `' OR '1'='1`, `${EXAMPLE.tenant}' --`, EXAMPLE.tenant.toUpperCase()])
      for (const table of tables)
        await inTenant(app, tenant, async () => {
          expect((await app.query(`SELECT * FROM ${table}`)).rows).toEqual([]);
        });
    for (const table of tables) expect((await app.query(`SELECT * FROM ${table}`)).rows).toEqual([]);
    await expect(app.query(`INSERT INTO tenants (tenant, name) VALUES ('x', 'x')`)).rejects.toThrow(
      /row-level security/,
    );
  });

  test('the setting ends with its transaction, whoever uses the connection next', async () => {
    const app = await t.as('app');
    await inTenant(app, EXAMPLE.tenant, async () => {
      expect((await app.query('SELECT 1 FROM people')).rows.length).toBe(6);
    });
    expect((await app.query('SELECT 1 FROM people')).rows).toEqual([]);
  });

  test('a tenant id that is none never reaches Postgres', async () => {
    await expect(t.stores.people.everyone(`x'; DROP TABLE people; --` as TenantId)).rejects.toThrow(/slug/);
    expect(await t.stores.people.everyone(t.tenant)).toHaveLength(6);
  });
});

describe("attack 57: another tenant's rows", () => {
  test('cannot be read, written, pointed at or guessed', async () => {
    const app = await t.as('app');
    await inTenant(app, OTHER, async () => {
      expect((await app.query('SELECT * FROM approvals WHERE approval = $1', [approval])).rows).toEqual([]);
      expect((await app.query(`UPDATE people SET name = 'x'`)).rowCount).toBe(0);
    });
    const refused = [
      `INSERT INTO seen_requests (tenant, platform, key) VALUES ('${EXAMPLE.tenant}', 'slack', 'k')`,
      `INSERT INTO tenants (tenant, name) VALUES ('${EXAMPLE.tenant}', 'x')`,
      `INSERT INTO outbox (tenant, topic, key, payload) VALUES ('${EXAMPLE.tenant}', 'intake', 'k', '{}')`,
    ];
    for (const sql of refused)
      await inTenant(app, OTHER, () => expect(app.query(sql)).rejects.toThrow(/row-level security/));
    // Whether the row exists makes no difference to the message.
    const pointing = (person: string) =>
      inTenant(app, OTHER, () =>
        app
          .query(
            `INSERT INTO chat_identities (tenant, platform, workspace, account, person) VALUES ('${OTHER}', 'slack', 'T', 'U', $1)`,
            [person],
          )
          .catch((e: { message: string; code: string }) => `${e.code} ${e.message}`),
      );
    const real = await pointing(t.people.ada.id);
    expect(real).toContain('23503');
    expect(real).toBe(await pointing('per_00000000000000000000000000'));
  });

  test("an approval of another tenant is 'not found' like one that never was", async () => {
    const event = {
      kind: 'approve',
      by: t.people.ada.id,
      via: 'slack',
      actionDigest: 'a'.repeat(64) as never,
      cardDigest: null,
      comment: null,
    } as const;
    expect(await t.stores.approvals.transition(OTHER, approval, event)).toMatchObject({
      ok: false,
      reason: 'not_found',
      detail: {},
    });
    expect(await t.stores.approvals.view(OTHER, approval)).toBeNull();
    expect((await t.stores.ledger.verify(t.tenant, approval)).lines.map((l) => l.kind)).toEqual([
      'approval.asked',
    ]);
  });

  test('attack 58: statistics, sequences, plans, notices and what is kept in memory tell nothing of another tenant', async () => {
    const [db, app] = [await t.as('superuser'), await t.as('app')];
    await db.query('ANALYZE');
    const seen = (sql: string) => inTenant(app, OTHER, async () => (await app.query(sql)).rows);
    expect(await seen(`SELECT * FROM pg_stats WHERE schemaname = 'public'`)).toEqual([]);
    await expect(seen('SELECT * FROM pg_statistic')).rejects.toThrow(/permission denied/);
    const sequences = await seen(`SELECT last_value FROM pg_sequences WHERE schemaname = 'public'`);
    expect(sequences.length).toBeGreaterThan(0);
    expect(sequences.every((row: { last_value: unknown }) => row.last_value === null)).toBe(true);
    // A plan may guess how many rows all companies have together. It names nobody's, and no door takes SQL.
    const plan = JSON.stringify(await seen('EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM people'));
    expect(plan).toContain('current_setting');
    for (const told of [EXAMPLE.tenant, t.people.ada.id, t.people.ada.email])
      expect(plan).not.toContain(told);
    const heard: string[] = [];
    app.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await app.query('LISTEN countersign_outbox; LISTEN countersign_intake');
    await startTestRun(t);
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(new Set(heard)).toEqual(new Set(['']));
    expect(await t.stores.approvals.policy(t.tenant)).not.toBeNull();
    expect(await t.stores.approvals.policy(OTHER)).toBeNull();
  });

  test('the dispatcher sees ids and routing across tenants, and no content', async () => {
    const dispatcher = await t.as('dispatcher');
    expect((await dispatcher.query('SELECT tenant, id, topic FROM outbox')).rows.length).toBeGreaterThan(0);
    for (const sql of [
      'SELECT payload FROM outbox',
      'SELECT * FROM outbox',
      'SELECT settings FROM chat_workspaces',
      'SELECT * FROM approvals',
      'SELECT * FROM people',
      'SELECT * FROM ledger_entries',
      `UPDATE outbox SET payload = '{}'`,
      'SELECT key FROM seen_requests',
      `SELECT * FROM lock_ledger_head('${EXAMPLE.tenant}')`,
    ])
      await expect(dispatcher.query(sql)).rejects.toThrow(/permission denied/);
    expect((await dispatcher.query('DELETE FROM outbox')).rowCount).toBe(0);
  });
});
