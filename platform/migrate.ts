import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { sha256Text } from '../core/canonical-json.ts';

const FOLDER = join(import.meta.dirname, 'migrations');
/** Any constant will do; the same for every countersign that migrates this database. */
const LOCK = 4_151_180_847;

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

function readMigrations(folder: string): Migration[] {
  const files = readdirSync(folder).filter((f) => f.endsWith('.sql'));
  return files.sort().map((file, i) => {
    const version = Number(file.slice(0, 4));
    if (version !== i + 1)
      throw new Error(`migrations/${file}: expected number ${String(i + 1).padStart(4, '0')}`);
    const sql = readFileSync(join(folder, file), 'utf8');
    return { version, name: file.replace(/\.sql$/, ''), sql, checksum: sha256Text(sql) };
  });
}

/** Holds no tenant's data and is granted to nobody but its owner, so row-level security has nothing to guard. */
const OWN_TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const { version, name, sql, checksum } = migration;
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
      version,
      name,
      checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

const readApplied = async (client: pg.Client): Promise<Applied[]> =>
  (await client.query<Applied>('SELECT version, name, checksum FROM schema_migrations ORDER BY version'))
    .rows;

/** Why these migrations cannot be those that ran here, or null. */
function findDrift(applied: readonly Applied[], migrations: readonly Migration[]): string | null {
  for (const row of applied) {
    const known = migrations[row.version - 1];
    if (!known) return `the database is newer than this program: it has migration ${row.name}`;
    if (known.checksum !== row.checksum) return `migration ${row.name} was changed after it ran`;
  }
  return null;
}

/** Parts of the ledger for the months to come; a schema of before has none. */
const MONTHS = `DO $$ BEGIN
  IF to_regprocedure('make_ledger_months()') IS NOT NULL THEN PERFORM make_ledger_months(); END IF;
END $$`;

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(OWN_TABLE);
  const applied = await readApplied(client);
  const drift = findDrift(applied, migrations);
  if (drift !== null) throw new Error(drift);
  const missing = migrations.slice(applied.length);
  for (const migration of missing) await apply(client, migration);
  await client.query(MONTHS);
  return missing.map((m) => m.name);
}

/**
 * Brings the schema up to date, as the role that owns it. Each file is one transaction; two migrators wait for each
 * other. Returns the names of what ran now.
 * @throws Error when a file that ran has changed since, or the database is newer than this program.
 */
export async function migrate(options: { migratorUrl: string; folder?: string }): Promise<string[]> {
  const client = new pg.Client({
    connectionString: options.migratorUrl,
    application_name: 'countersign migrate',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return await applyMissing(client, readMigrations(options.folder ?? FOLDER));
  } finally {
    await client.end();
  }
}

/** How the schema stands, without changing it. @throws what the database answered, e.g. that there is no schema */
export async function findMigrations(options: {
  migratorUrl: string;
  folder?: string;
}): Promise<{ applied: number; missing: string[]; drift: string | null }> {
  const client = new pg.Client({
    ...{ connectionString: options.migratorUrl, connectionTimeoutMillis: 5_000 },
    application_name: 'countersign doctor',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    const applied = await readApplied(client);
    const migrations = readMigrations(options.folder ?? FOLDER);
    const missing = migrations.slice(applied.length).map((m) => m.name);
    return { applied: applied.length, missing, drift: findDrift(applied, migrations) };
  } finally {
    await client.end();
  }
}
