import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openHome } from './home.ts';
import type { Say } from './progress.ts';

const run = promisify(execFile);

/**
 * A Python of the cache's own with the packages of a `requirements.txt`, for whoever wants a second opinion.
 * @throws Error when there is no python3 with venv, or PyPI cannot be reached
 */
export async function pythonWith(name: string, requirements: string, say: Say): Promise<string> {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(openHome().cache, `${name}-${wanted}`);
  const python = join(folder, 'bin/python');
  if (existsSync(join(folder, 'installed'))) return python;
  say(`Installing ${name} from PyPI into ${folder} ...`);
  await run('python3', ['-m', 'venv', '--clear', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  await run(python, ['-c', `open(${JSON.stringify(join(folder, 'installed'))}, 'w')`]);
  return python;
}
