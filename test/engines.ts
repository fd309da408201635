import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '../platform/migrate.ts';
import { prepareDatabase, type PreparedDatabase } from '../platform/prepare-database.ts';

/** The real engines of this test run (`test/global-engines.ts`). */
export const testEngines = () => ({
  postgresUrl: inject('postgresUrl'),
  redisUrl: inject('redisUrl'),
  temporalAddress: inject('temporalAddress'),
});

/** A database name nobody else uses, and the superuser's URL of the cluster to make it in. */
export function freshDatabase(): { superuserUrl: string; database: string } {
  return { superuserUrl: inject('postgresUrl'), database: `test_${randomBytes(6).toString('hex')}` };
}

async function makeDatabase(superuserUrl: string, clause: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${clause}`).finally(() => client.end());
}

/** An empty database of a test's own; the superuser's URL of it. */
export async function testDatabase(): Promise<string> {
  const { superuserUrl, database } = freshDatabase();
  await makeDatabase(superuserUrl, database);
  return superuserUrl.replace(/\/postgres$/, `/${database}`);
}

/** The product's own database, migrated: a copy of the one that the run has made, which takes a fifth of the time. */
export async function migratedDatabase(): Promise<PreparedDatabase & { superuserUrl: string }> {
  const { superuserUrl, database } = freshDatabase();
  await makeDatabase(superuserUrl, `${database} TEMPLATE ${inject('template')} STRATEGY FILE_COPY`);
  const urls = await prepareDatabase({ superuserUrl, database });
  // Nothing is missing, unless the template is not what is in the folder.
  await migrate({ migratorUrl: urls.migratorUrl });
  const own = new URL(superuserUrl);
  own.pathname = `/${database}`;
  return { ...urls, superuserUrl: own.href };
}
