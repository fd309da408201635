#!/usr/bin/env node
// The door for every command: plain JavaScript, since it must run before anything is installed. It installs the
// dependencies when they are missing or stale, then hands over to `bin/<verb>.ts`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Countersign needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

// An image leaves the tools for developing out (npm ci --omit=dev).
const production = process.env.NODE_ENV === 'production';

/** Compares what the lock file asks for with what npm noted that it installed. */
function missingPackages() {
  const installed = `${root}node_modules/.package-lock.json`;
  if (!existsSync(installed)) return ['all'];
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const wanted = read(`${root}package-lock.json`);
  const have = read(installed);
  return Object.keys(wanted).filter(
    (path) =>
      path &&
      !wanted[path].optional &&
      !wanted[path].peer &&
      !(production && wanted[path].dev) &&
      have[path]?.version !== wanted[path].version,
  );
}

if (missingPackages().length > 0) {
  console.error('Installing dependencies (npm ci), half a minute, or a few on a slow line ...');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) {
    console.error('npm ci failed; the lines above say why. Mend that, then run the same command again.');
    process.exit(1);
  }
}

const { register } = await import('tsx/esm/api');
register();
const { main } = await import(new URL('./cli.ts', import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
