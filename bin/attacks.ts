import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { attackWithoutDefences } from './attacks/without-defences.ts';

/**
 * `npm run attacks`: every test whose name says that it is an attack. `--without-defences` takes some defences
 * out of a copy, one at a time, and fails unless each one's test notices.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { 'without-defences': { type: 'boolean', default: false } },
  });
  if (values['without-defences']) return attackWithoutDefences();
  const done = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '-t', 'attack( \\d+)?:'],
    { stdio: 'inherit' },
  );
  console.log(JSON.stringify({ attacks: done.status === 0 ? 'refused' : 'NOT ALL REFUSED' }));
  return done.status ?? 1;
}
