import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { delimiter } from 'node:path';

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** Two at a time, so the longest come first. */
const checks: readonly Check[] = [
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'lock file', command: ['npm', 'ci', '--dry-run', '--ignore-scripts', '--loglevel=error'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'supply', command: ['node', 'bin/launch.mjs', 'supply'] },
  { name: 'types, core', command: ['tsc', '-p', 'core'] },
  { name: 'types, workflows', command: ['tsc', '-p', 'workflows'] },
  { name: 'types, page', command: ['tsc', '-p', 'local/workspace/page'] },
  { name: 'types, signing page', command: ['tsc', '-p', 'bot/sign/page'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  {
    name: 'doors and cycles',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', '.'],
  },
  { name: 'unused code', command: ['knip', '--no-progress'] },
];

/** Beside tests, which wait for each other and for clocks, they have what is left of the machine. */
const LAST = 15;

function execute(
  [program, ...args]: Check['command'],
  yielding: boolean,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const PATH = `node_modules/.bin${delimiter}${process.env['PATH']}`;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PATH } });
    if (yielding && child.pid !== undefined) setPriority(child.pid, LAST);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('exit', (code) => resolve({ ok: code === 0, output }));
  });
}

/**
 * `countersign check`: two checks at a time; prints what failed.
 * @param beside what runs meanwhile: until it ends, one at a time and behind it
 * @returns the number of failed checks
 */
export async function runChecks(beside?: Promise<unknown>): Promise<number> {
  const queue = [...checks];
  let failed = 0;
  const worker = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) {
      const startedAt = Date.now();
      const { ok, output } = await execute(check.command, beside !== undefined);
      console.log(
        `${ok ? 'ok  ' : 'FAIL'} ${check.name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
      );
      if (!ok) {
        failed++;
        console.log(output.trim());
      }
    }
  };
  await Promise.all([worker(), Promise.resolve(beside).then(worker)]);
  return failed;
}

export async function run(): Promise<number> {
  const failed = await runChecks();
  console.log(JSON.stringify({ check: 'static', checks: checks.length, failed }));
  return failed === 0 ? 0 : 1;
}
