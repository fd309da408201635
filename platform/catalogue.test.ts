import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from 'pg';
import type { ApprovalId, TenantId } from '../core/ids.ts';
import { EXAMPLE } from '../local/example/example.ts';
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
/** Holds no tenant's data; the application has no right on it. */
const EXEMPT = ['schema_migrations'];

async function inTenant<T>(client: Client, tenant: string, fn: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  await client.query(`SELECT set_config('app.tenant', $1, true)`, [tenant]);
  return fn().finally(() => client.query('ROLLBACK'));
}

describe('the catalogue', () => {
  test('every table is tenant-first with row-level security enabled, forced, and checked both ways', async () => {
    const db = await t.as('superuser');
    const { rows } = await db.query<{
      name: string;
      first: string;
      enabled: boolean;
      forced: boolean;
      policies: string[];
    }>(
      `SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
        (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
         WHERE i.indrelid = c.oid AND i.indisprimary) AS first,
        ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid AND p.polqual IS NOT NULL
          AND p.polwithcheck IS NOT NULL AND p.polcmd = '*' AND p.polroles = '{0}') AS policies
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const tables = rows.filter((r) => !EXEMPT.includes(r.name));
    expect(tables.length).toBeGreaterThan(15);
    const bad = tables.filter(
      (r) => r.first !== 'tenant' || !r.enabled || !r.forced || r.policies.length !== 1,
    );
    expect(bad).toEqual([]);
  });

  test('attack 57: unique keys begin with the tenant, so that none tells of another tenant', async () => {
    const db = await t.as('superuser');
    const { rows } = await db.query(
      `SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
       WHERE i.indisunique AND n.nspname = 'public' AND a.attname <> 'tenant' AND c.relname <> ALL($1)`,
      [EXEMPT],
    );
    expect(rows).toEqual([]);
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
    const db = await t.as('superuser');
    const views = await db.query(`SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind IN ('v', 'm') AND nspname = 'public'`);
    expect(views.rows).toEqual([]);
    const functions = await db.query<{ proname: string; owner: string; config: string[] }>(
      `SELECT p.proname, pg_get_userbyid(p.proowner) AS owner, p.proconfig AS config FROM pg_proc p
       JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname = 'public' ORDER BY 1`,
    );
    expect(functions.rows.map((f) => f.proname)).toEqual([
      'append_ledger',
      'lock_ledger_head',
      'make_ledger_head',
    ]);
    for (const f of functions.rows) {
      expect(f.owner).toBe('countersign_migrator');
      expect(f.config?.join()).toContain('search_path');
    }
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
    `INSERT INTO ledger_entries SELECT * FROM ledger_entries ON CONFLICT (tenant, seq) DO UPDATE SET kind = 'x'`,
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
            ARRAY['\\x00'::bytea], ARRAY['{}'])`,
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
      other.query(`SELECT append_ledger('{}','{}','{}','{}','{}','{}','{}','{}','{}')`),
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
