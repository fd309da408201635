import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openHome } from '../../local/engines/home.ts';

const run = promisify(execFile);
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

/**
 * A Python of the cache's own with the packages of `requirements.txt`.
 * @throws Error when there is no python3 with venv, or PyPI cannot be reached
 */
async function pythonWithValidators(): Promise<string> {
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(openHome().cache, `validators-${wanted}`);
  const python = join(folder, 'bin/python');
  if (existsSync(join(folder, 'installed'))) return python;
  console.error('Installing the validators of cards from PyPI, about half a minute ...');
  await run('python3', ['-m', 'venv', '--clear', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
  await run(python, ['-c', `open(${JSON.stringify(join(folder, 'installed'))}, 'w')`]);
  return python;
}

export interface Sent {
  readonly chat: 'slack' | 'teams';
  readonly kind: 'message' | 'modal';
  readonly name: string;
  readonly body: unknown;
}

/** @returns a line for each card that a validator refuses, with what it says */
export async function refusedBy(cards: readonly Sent[]): Promise<string[]> {
  const child = spawn(await pythonWithValidators(), [join(import.meta.dirname, 'validate.py')]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(cards.map((card) => `${JSON.stringify(card)}\n`).join(''));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The validators did not run: ${err.slice(-800)}`);
  return out.split('\n').filter(Boolean);
}
