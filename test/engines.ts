import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

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

/** An empty database of a test's own; the superuser's URL of it. */
export async function testDatabase(): Promise<string> {
  const { superuserUrl, database } = freshDatabase();
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${database}`);
  await client.end();
  return superuserUrl.replace(/\/postgres$/, `/${database}`);
}
