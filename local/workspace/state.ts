import pg from 'pg';
import type { Json } from '../../core/canonical-json.ts';
import { createBus, type Bus } from './bus.ts';
import { SCHEMA } from './state/schema.ts';
import { createSlackStore } from './state/slack-store.ts';
import type { SlackStore } from './state/slack-types.ts';
import { createTeamsStore } from './state/teams-store.ts';
import type { TeamsStore } from './teams-api/store.ts';

/** Everything the workspace remembers between starts. */
export interface WorkspaceState {
  readonly slack: SlackStore;
  readonly teams: TeamsStore;
  readonly bus: Bus;
  setting(name: string): Promise<Json | null>;
  /** Keeps the first value written. */
  keepSetting(name: string, value: Json): Promise<Json>;
  close(): Promise<void>;
}

/** Makes the database when it is not there, so that any superuser or CREATEDB address will do. */
async function ensureDatabase(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!found.rowCount) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** Opens the workspace's database (made with its tables when missing). Throws when Postgres is away. */
export async function openState(databaseUrl: string): Promise<WorkspaceState> {
  await ensureDatabase(databaseUrl);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, options: '-c search_path=workspace' });
  // An idle connection that breaks (Postgres restarted) must not end the process; the next query opens another.
  pool.on('error', () => {});
  await pool.query(SCHEMA);
  const bus = createBus();
  const setting = async (name: string): Promise<Json | null> =>
    (await pool.query<{ value: Json }>('select value from settings where name = $1', [name])).rows[0]
      ?.value ?? null;
  return {
    slack: createSlackStore(pool, bus),
    teams: createTeamsStore(pool, bus),
    bus,
    setting,
    async keepSetting(name, value) {
      await pool.query('insert into settings values ($1, $2) on conflict do nothing', [
        name,
        JSON.stringify(value),
      ]);
      return (await setting(name)) ?? value;
    },
    close: () => pool.end(),
  };
}
