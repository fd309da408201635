import pg from 'pg';
import { FOUND, LINES } from './doctor/words.ts';

async function hasSchema(appUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: appUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('tenants') IS NOT NULL AS there`,
    );
    return rows[0]?.there ?? false;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Without a schema a program would call itself ready and then fail at whatever it does. A Postgres that is away is
 * another matter: it may come back, and each call says so.
 * @throws Error that says which command makes the schema
 */
export async function requireSchema(appUrl: string): Promise<void> {
  const there = await hasSchema(appUrl).catch(() => true);
  if (!there) throw new Error(`${LINES.migrations}: ${FOUND.noSchema}. ${FOUND.migrate}`);
}
