import { createHmac } from 'node:crypto';
import pg from 'pg';

const ROLES = ['countersign_migrator', 'countersign_app', 'countersign_dispatcher'] as const;
type RoleName = (typeof ROLES)[number];

export interface PreparedDatabase {
  readonly migratorUrl: string;
  readonly appUrl: string;
  readonly dispatcherUrl: string;
}

const LOCK = 4_151_180_848;

async function withClient<T>(url: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
  }
}

function withPath(url: string, database: string): URL {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed;
}

/** Roles belong to the whole cluster, so each password follows from the superuser's: nothing more has to be kept. */
function passwordOf(role: RoleName, superuserUrl: string): string {
  const secret = decodeURIComponent(new URL(superuserUrl).password);
  if (!secret) throw new Error('the superuser URL has no password; give the roles passwords of their own');
  return createHmac('sha256', secret).update(role).digest('base64url');
}

async function makeRole(client: pg.Client, role: string, password: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (!rowCount) await client.query(`CREATE ROLE ${name}`);
  await client.query(
    `ALTER ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION
     PASSWORD ${pg.escapeLiteral(password)}`,
  );
}

async function makeDatabase(client: pg.Client, database: string, role: string): Promise<void> {
  const [name, owner] = [pg.escapeIdentifier(database), pg.escapeIdentifier(role)];
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (rowCount) await client.query(`ALTER DATABASE ${name} OWNER TO ${owner}`);
  else await client.query(`CREATE DATABASE ${name} OWNER ${owner}`);
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
}

/**
 * Makes the three roles and the database on an engine of ours, and is safe to repeat. The database belongs to the
 * migrator, which is no superuser; the application may connect and use the schema, nothing else yet.
 * @param passwords when absent, each follows from the superuser's password.
 */
export async function prepareDatabase(options: {
  superuserUrl: string;
  database: string;
  passwords?: Readonly<Record<RoleName, string>>;
}): Promise<PreparedDatabase> {
  const { superuserUrl, database } = options;
  const password = (role: RoleName) => options.passwords?.[role] ?? passwordOf(role, superuserUrl);
  await withClient(withPath(superuserUrl, 'postgres').href, async (client) => {
    // Two starts (or test files) at once would meet "tuple concurrently updated"; the lock ends with the connection.
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    for (const role of ROLES) await makeRole(client, role, password(role));
    await makeDatabase(client, database, 'countersign_migrator');
    const name = pg.escapeIdentifier(database);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO countersign_app, countersign_dispatcher`);
  });
  await withClient(withPath(superuserUrl, database).href, async (client) => {
    await client.query('ALTER SCHEMA public OWNER TO countersign_migrator');
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    await client.query('GRANT USAGE ON SCHEMA public TO countersign_app, countersign_dispatcher');
  });
  const url = (role: RoleName): string => {
    const as = withPath(superuserUrl, database);
    as.username = role;
    as.password = encodeURIComponent(password(role));
    return as.href;
  };
  return {
    migratorUrl: url('countersign_migrator'),
    appUrl: url('countersign_app'),
    dispatcherUrl: url('countersign_dispatcher'),
  };
}

/** Tables, views and functions that somebody else owns, as earlier releases made them as the superuser; an extension's stay. */
const ADOPT = `DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT format('ALTER TABLE %s OWNER TO %I', c.oid::regclass, pg_get_userbyid(d.datdba)) AS statement
      FROM pg_class c, pg_database d WHERE d.datname = current_database() AND c.relowner <> d.datdba
        AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    UNION ALL SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, pg_get_userbyid(d.datdba))
      FROM pg_proc p, pg_database d WHERE d.datname = current_database() AND p.proowner <> d.datdba
        AND p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
  LOOP EXECUTE one.statement; END LOOP;
END $$`;

/**
 * Temporal's own user and the two databases that it owns, and nothing else: `<database>` and `<database>_visibility`, of a user
 * called as the first. Safe to repeat; what an earlier release made as the superuser becomes that user's.
 */
export async function prepareTemporal(options: {
  superuserUrl: string;
  database: string;
  password: string;
}): Promise<void> {
  const { superuserUrl, database, password } = options;
  const databases = [database, `${database}_visibility`];
  await withClient(withPath(superuserUrl, 'postgres').href, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await makeRole(client, database, password);
    for (const name of databases) await makeDatabase(client, name, database);
  });
  for (const name of databases)
    await withClient(withPath(superuserUrl, name).href, (client) => client.query(ADOPT));
}
