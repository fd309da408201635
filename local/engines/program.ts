import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { isRoot } from './home.ts';
import type { Say } from './progress.ts';

/** The first of `names` on PATH, or null. */
export function findProgram(...names: string[]): string | null {
  for (const name of names)
    for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
      const file = join(dir, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        /* not here */
      }
    }
  return null;
}

/** Says the exact command; on a terminal asks, without one goes ahead only as root (a machine of its own). */
async function mayInstall(say: Say, what: string, command: string, needsRoot: boolean): Promise<boolean> {
  if (!process.stdin.isTTY) {
    if (needsRoot && !isRoot()) return false;
    say(`${what} is not here yet; installing it with:  ${command}`);
    return true;
  }
  const ask = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await ask.question(`${what} is not here yet. Install it with:  ${command}  ? [Y/n] `);
  ask.close();
  return !/^n/i.test(answer.trim());
}

function follow(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { stdio: ['ignore', 'ignore', 'pipe'], env });
    let tail = '';
    child.stderr.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-600)));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} failed: ${tail}`)),
    );
  });
}

/**
 * Runs install commands after saying them. False when the person said no or may not.
 * @throws Error with the command's last words when it fails
 */
export async function install(
  say: Say,
  what: string,
  commands: readonly (readonly [string, ...string[]])[],
  options: { needsRoot: boolean; env?: NodeJS.ProcessEnv },
): Promise<boolean> {
  const text = commands.map((c) => c.join(' ')).join(' && ');
  if (!(await mayInstall(say, what, text, options.needsRoot))) return false;
  const env = { ...process.env, ...options.env };
  for (const [command, ...args] of commands) await follow(command, args, env);
  return true;
}
