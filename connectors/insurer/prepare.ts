import { createHmac } from 'node:crypto';
import pg from 'pg';

export interface InsurerDatabase {
  /** Owns the schema; used to make and seed it, never by the server. */
  readonly ownerUrl: string;
  /** What the MCP server gets as `INSURER_DATABASE_URL`: reads, and the few writes that its actions need. */
  readonly appUrl: string;
}

/** The same after every start, without keeping a file: derived from the one secret the cluster has already. */
const derivedPassword = (superuserUrl: URL, role: string): string =>
  createHmac('sha256', decodeURIComponent(superuserUrl.password)).update(role).digest('base64url');

const urlFor = (superuserUrl: URL, role: string, password: string, database: string): string => {
  const url = new URL(superuserUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
};

async function putRole(client: pg.Client, role: string, password: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS';
  await client.query(
    `${found.rowCount ? 'ALTER' : 'CREATE'} ROLE ${client.escapeIdentifier(role)} ${rights} PASSWORD ${client.escapeLiteral(password)}`,
  );
}

/**
 * Makes the insurer's roles (`<database>_owner`, `<database>_app`) and database on an embedded engine. Safe to repeat.
 * Nobody else may connect to it, so that the ledger's roles cannot reach the insurer nor the other way round.
 * @param superuserUrl a superuser of the cluster
 */
export async function prepareInsurer(options: {
  superuserUrl: string;
  database?: string;
  /** Of the role that the server uses; when absent it follows from the superuser's, as the owner's always does. */
  appPassword?: string;
}): Promise<InsurerDatabase> {
  const { superuserUrl, database = 'insurer' } = options;
  const base = new URL(superuserUrl);
  const [owner, app] = [`${database}_owner`, `${database}_app`];
  const ownerPassword = derivedPassword(base, owner);
  const appPassword = options.appPassword ?? derivedPassword(base, app);
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await putRole(client, owner, ownerPassword);
    await putRole(client, app, appPassword);
    const name = client.escapeIdentifier(database);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!found.rowCount)
      await client.query(`CREATE DATABASE ${name} OWNER ${client.escapeIdentifier(owner)}`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${client.escapeIdentifier(app)}`);
  } finally {
    await client.end();
  }
  return {
    ownerUrl: urlFor(base, owner, ownerPassword, database),
    appUrl: urlFor(base, app, appPassword, database),
  };
}
