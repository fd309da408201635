import { loadConfig } from '../platform/config.ts';
import { migrate } from '../platform/migrate.ts';

/** `countersign migrate`: the schema, as the role that owns it. Safe to repeat; two at once wait for each other. */
export async function run(): Promise<number> {
  const config = loadConfig(process.env, 'migrate');
  await migrate({ migratorUrl: config.database.migratorUrl ?? '' });
  console.log('The database schema is up to date.');
  return 0;
}
